import { sha256Hex, type Instant } from '@ledger/units';
import { sessionIdOf } from '../key';
import type { Binding } from './binding';
import {
  byLength,
  byTime,
  certainNames,
  nameOf,
  namesOf,
  startOf,
  startsOf,
  type Evidence,
  type Name,
  type Start,
} from './evidence';

/** Ids and starts that hang together. */
export interface Component {
  readonly names: ReadonlySet<string>;
  readonly starts: ReadonlySet<string>;
}

/** Everything that hangs together with some ids and starts. */
export function componentOf(evidence: Evidence, seeds: Component): Component {
  const names = new Set(seeds.names);
  const starts = new Set(seeds.starts);
  // A set that grows while it is walked shows what was added.
  let size = -1;
  while (size !== names.size + starts.size) {
    size = names.size + starts.size;
    for (const name of names) for (const { identity } of startsOf(evidence, name)) starts.add(identity);
    for (const identity of starts) {
      const start = startOf(evidence, identity);
      if (start !== undefined) for (const name of namesOf(evidence, start)) names.add(name);
    }
  }
  return { names, starts };
}

/** The id of a session of its own, for a start that nobody answered. */
export function unansweredName(start: string): string {
  return `unanswered-${sha256Hex(start).slice(0, 16)}`;
}

interface Owner {
  readonly tenant: string;
  readonly station: string;
}

/**
 * The sessions of ids and starts that hang together: a pure function of the evidence. An id stands for one session until it
 * began again after an end. The session's id is that of its least transaction id, with its start from the second one on.
 */
export function sessionsOf(evidence: Evidence, owner: Owner, component: Component): readonly Binding[] {
  const bySession = new Map<string, { readonly transaction: string; readonly starts: Start[] }>();
  for (const identity of component.starts) {
    const start = startOf(evidence, identity);
    const found = start === undefined ? undefined : sessionOfStart(evidence, owner, start);
    if (start === undefined || found === undefined) continue;
    const known = bySession.get(found.session);
    if (known === undefined) bySession.set(found.session, { transaction: found.transaction, starts: [start] });
    else known.starts.push(start);
  }
  const begun = [...bySession].map(([session, { transaction, starts }]) =>
    bindingOfStarts(evidence, { session, transaction, starts: starts.sort(byTime) }),
  );
  const named = new Set(begun.flatMap(({ transaction, aliases }) => [transaction, ...aliases]));
  const bare = [...component.names].flatMap((name) => {
    const known = named.has(name) ? undefined : nameOf(evidence, name);
    return known === undefined ? [] : [bareBinding(known, owner)];
  });
  return withEnds(evidence, component, [...begun, ...bare]);
}

function sessionOfStart(
  evidence: Evidence,
  owner: Owner,
  start: Start,
): { readonly session: string; readonly transaction: string } | undefined {
  const [least] = [...namesOf(evidence, start)].sort(byLength);
  if (least === undefined) {
    if (!start.isWoken) return undefined;
    const transaction = unansweredName(start.identity);
    return { session: sessionIdOf({ ...owner, transaction }), transaction };
  }
  const uses = usesOf(evidence, least);
  const at = uses.findIndex((use) => use.some(({ identity }) => identity === start.identity));
  const startedAt = at > 0 ? uses[at]?.[0]?.at : undefined;
  const again = startedAt === undefined ? {} : { startedAt };
  return { session: sessionIdOf({ ...owner, transaction: least, ...again }), transaction: least };
}

/** The starts of an id, one group for each time that it was used: an end lies between two of them. */
function usesOf(evidence: Evidence, name: string): readonly (readonly Start[])[] {
  const uses: Start[][] = [];
  for (const start of startsOf(evidence, name)) {
    const use = uses.at(-1);
    const before = use?.at(-1);
    const isOver = before !== undefined && endsOf(evidence, before).some((end) => before.at <= end && end < start.at);
    if (use === undefined || isOver) uses.push([start]);
    else use.push(start);
  }
  return uses;
}

function endsOf(evidence: Evidence, start: Start): readonly Instant[] {
  return namesOf(evidence, start).flatMap((name) => nameOf(evidence, name)?.ends ?? []);
}

function bindingOfStarts(
  evidence: Evidence,
  about: { readonly session: string; readonly transaction: string; readonly starts: readonly Start[] },
): Binding {
  const { session, transaction, starts } = about;
  const [first] = starts;
  const names = new Set(starts.flatMap((start) => namesOf(evidence, start)));
  names.delete(transaction);
  return {
    session,
    transaction,
    aliases: [...names].sort(byLength),
    evse: first?.evse,
    connector: first?.connector,
    startedAt: first?.at,
    registerStartWh: first?.registerWh,
    endedAt: undefined,
    stoppedAt: undefined,
    starts: starts.map(({ identity }) => identity),
    calls: [...new Set(starts.flatMap(({ calls }) => calls))],
    runsFrom: starts.find((start) => isNamed(evidence, start))?.at,
    note: undefined,
  };
}

function isNamed(evidence: Evidence, start: Start): boolean {
  if (certainNames(evidence, start).length > 0) return true;
  return !evidence.pairs.has(start.identity) && namesOf(evidence, start).length > 0;
}

function bareBinding({ name, seen }: Name, owner: Owner): Binding {
  return {
    session: sessionIdOf({ ...owner, transaction: name }),
    transaction: name,
    aliases: [],
    evse: seen?.evse,
    connector: seen?.connector,
    startedAt: undefined,
    registerStartWh: undefined,
    endedAt: undefined,
    stoppedAt: undefined,
    starts: [],
    calls: [],
    runsFrom: undefined,
    note: undefined,
  };
}

/** Each end belongs to the use of its id that had begun by then, else to the first one. */
function withEnds(evidence: Evidence, { names }: Component, bindings: readonly Binding[]): readonly Binding[] {
  const latest = new Map<string, Instant>();
  for (const name of names) {
    const uses = bindings.filter(({ transaction, aliases }) => transaction === name || aliases.includes(name));
    const inOrder = uses.toSorted((one, other) => ((one.startedAt ?? '') < (other.startedAt ?? '') ? -1 : 1));
    for (const end of nameOf(evidence, name)?.ends ?? []) {
      const use = inOrder.findLast(({ startedAt }) => (startedAt ?? '') <= end) ?? inOrder[0];
      const known = use === undefined ? undefined : latest.get(use.session);
      if (use !== undefined && (known === undefined || end > known)) latest.set(use.session, end);
    }
  }
  return bindings.map((one) => ({ ...one, endedAt: latest.get(one.session) }));
}
