import { bindingKeys, type Binding } from './binding';
import {
  lastStartAt,
  nameOf,
  namesHeardAfter,
  namesOf,
  placelessNames,
  unansweredStarts,
  type Evidence,
  type Start,
} from './evidence';
import type { Indexed } from './indexed';
import { isNamed, type Place } from './places';
import { componentOf, sessionsOf } from './resolve';
import type { Instant } from '@ledger/units';

/** What new evidence is about. */
export interface Touched {
  readonly names: readonly string[];
  readonly starts: readonly string[];
  /** Starts whose neighbours on the connector it concerns. */
  readonly around: readonly Start[];
}

/** Sessions that followed from what was known, and those that follow in their place. */
export interface Resolved {
  readonly evidence: Evidence;
  readonly before: readonly Binding[];
  readonly after: readonly Binding[];
}

interface Known {
  readonly tenant: string;
  readonly station: string;
  readonly evidence: Evidence;
  readonly known: Indexed<Binding>;
}

/** Finds the sessions anew that new evidence may concern: what hangs together with it, before or now. */
export function resolved(station: Known, evidence: Evidence, touched: Touched): Resolved {
  const names = new Set(touched.names);
  const starts = new Set(touched.starts);
  for (const one of [station.evidence, evidence]) {
    for (const start of touched.around) addAround(one, start, start.at, { names, starts });
    for (const name of touched.names) {
      const seen = nameOf(one, name)?.seen;
      if (seen !== undefined) addAround(one, seen, seen.at, { names, starts });
    }
  }
  const first = anew(station, evidence, { names, starts });
  const hasPairs = evidence.pairs.size > 0 || placelessNames(evidence).length > 0;
  return hasPairs ? withPairs(station, first) : first;
}

/** The start that was made last at a place by a time, and what was heard after it. */
function addAround(
  evidence: Evidence,
  place: Place,
  at: Instant,
  into: { readonly names: Set<string>; readonly starts: Set<string> },
): void {
  if (!isNamed(place)) return;
  const start = lastStartAt(evidence, place, at);
  if (start !== undefined) into.starts.add(start.identity);
  for (const { name } of namesHeardAfter(evidence, place, start?.at ?? at)) into.names.add(name);
}

function anew(
  { tenant, station, known }: Known,
  evidence: Evidence,
  seeds: { readonly names: Set<string>; readonly starts: Set<string> },
): Resolved {
  const before = new Map<string, Binding>();
  let component = componentOf(evidence, seeds);
  for (let size = -1; size !== before.size;) {
    size = before.size;
    for (const binding of bindingsIn(known, component)) before.set(binding.session, binding);
    const more = [...before.values()];
    component = componentOf(evidence, {
      names: new Set([...component.names, ...more.flatMap(({ transaction, aliases }) => [transaction, ...aliases])]),
      starts: new Set([...component.starts, ...more.flatMap((one) => one.starts)]),
    });
  }
  const after = sessionsOf(evidence, { tenant, station }, component);
  return { evidence, before: [...before.values()], after };
}

function bindingsIn(
  known: Indexed<Binding>,
  { names, starts }: { readonly names: ReadonlySet<string>; readonly starts: ReadonlySet<string> },
): readonly Binding[] {
  const byName = [...names].flatMap((name) => [...known.under(bindingKeys.name(name))]);
  const byStart = [...starts].flatMap((start) => [...known.under(bindingKeys.start(start))]);
  return [...byName, ...byStart].flatMap(([, one]) =>
    names.has(one.transaction) ||
    one.aliases.some((name) => names.has(name)) ||
    one.starts.some((start) => starts.has(start))
      ? [one]
      : [],
  );
}

/** Joins what names no place anew, by what is known of all else, and finds the sessions anew for which that changes. */
function withPairs(station: Known, first: Resolved): Resolved {
  const known = replaced(station.known, first);
  const pairs = pairsOf(first.evidence, known);
  const changed = [...new Set([...pairs.keys(), ...first.evidence.pairs.keys()])].filter(
    (start) => pairs.get(start) !== first.evidence.pairs.get(start),
  );
  if (changed.length === 0) return first;
  const names = changed.flatMap((start) => [pairs.get(start), first.evidence.pairs.get(start)]);
  const second = anew(
    { ...station, known },
    { ...first.evidence, pairs },
    {
      names: new Set(names.filter((name) => name !== undefined)),
      starts: new Set(changed),
    },
  );
  const again = new Set(second.before.map(({ session }) => session));
  const firstBefore = new Set(first.before.map(({ session }) => session));
  const made = new Set(first.after.map(({ session }) => session));
  return {
    evidence: second.evidence,
    before: [
      ...first.before,
      ...second.before.filter(({ session }) => !firstBefore.has(session) && !made.has(session)),
    ],
    after: [...first.after.filter(({ session }) => !again.has(session)), ...second.after],
  };
}

function replaced(known: Indexed<Binding>, { before, after }: Resolved): Indexed<Binding> {
  let now = known;
  for (const { session } of before) {
    for (const placed of now.under(bindingKeys.session(session))) now = now.without(placed);
  }
  return after.reduce((all, one) => all.with(one), now);
}

/** Ids that name no place, each with the start that it must mean: the only one without an answer while nothing else ran. */
function pairsOf(evidence: Evidence, known: Indexed<Binding>): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const names = placelessNames(evidence);
  const last = names.at(-1)?.seen?.at;
  if (last === undefined) return pairs;
  const unpaired = { ...evidence, pairs: new Map<string, string>() };
  const starts = [...unansweredStarts(evidence, last)].filter((start) => namesOf(unpaired, start).length === 0);
  const taken = new Set<string>();
  for (const { name, seen } of names) {
    const waiting = starts.filter(({ identity, at }) => seen !== undefined && at <= seen.at && !taken.has(identity));
    const [start] = waiting;
    if (start === undefined || waiting.length > 1 || seen === undefined || isRunning(known, seen.at)) continue;
    taken.add(start.identity);
    pairs.set(start.identity, name);
  }
  return pairs;
}

function isRunning(known: Indexed<Binding>, at: Instant): boolean {
  for (const [, one] of known.under(bindingKeys.open)) {
    if (one.startedAt === undefined || one.startedAt > at) return false;
    if (one.runsFrom !== undefined && one.runsFrom <= at) return true;
  }
  return false;
}
