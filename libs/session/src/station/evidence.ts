import type { DecimalText, Instant } from '@ledger/units';
import { Indexed, keyOf, through } from './indexed';
import { isNamed, keyOfPlace, keysAt, type Place } from './places';

/** A start, as far as it decides which session it begins. */
export interface Start extends Place {
  readonly identity: string;
  readonly at: Instant;
  readonly registerWh: DecimalText | undefined;
  /** Ids of the transaction that the start itself names; one of OCPP 1.6 names none. */
  readonly names: readonly string[];
  /** Message ids under which it was sent (OCPP 1.6). */
  readonly calls: readonly string[];
  /** First receipt of one that names no transaction: from then on it waits for its answer. */
  readonly receivedAt: Instant | undefined;
  /** Nobody answered in time: it has a session of its own until somebody does. */
  readonly isWoken: boolean;
}

/** The back end's answer to the start that was sent under a message id. */
export interface Answer {
  readonly call: string;
  readonly transaction: string;
  readonly at: Instant | undefined;
}

/** What was said under an id of a transaction, besides its start. */
export interface Name {
  readonly name: string;
  /** Times of its ends, in order. */
  readonly ends: readonly Instant[];
  /** The earliest that was said of it while no start of it was known. */
  readonly seen: (Place & { readonly at: Instant }) | undefined;
  /** A start that names it, or that an answer gives it to, is known. */
  readonly isStarted: boolean;
}

/** Everything that decides which sessions a station had: a set, whatever the order in which it came. */
export interface Evidence {
  readonly starts: Indexed<Start>;
  readonly answers: Indexed<Answer>;
  readonly names: Indexed<Name>;
  /** Starts without an answer and ids that name no place, joined because each was the only one: name by start. */
  readonly pairs: ReadonlyMap<string, string>;
}

/** Nothing is known. */
export const noEvidence: Evidence = {
  starts: Indexed.by(keysOfStart),
  answers: Indexed.by(({ call, transaction }: Answer) => [keyOf('call', call), keyOf('name', transaction)]),
  names: Indexed.by(keysOfName),
  pairs: new Map(),
};

function keysOfStart(start: Start): readonly string[] {
  const { identity, names, calls, at, registerWh } = start;
  return [
    keyOf('identity', identity),
    ...names.map((name) => keyOf('name', name)),
    ...calls.map((call) => keyOf('call', call)),
    ...(isNamed(start) ? [keyOf(keyOfPlace(start), at, registerWh ?? '', identity)] : []),
    ...(names.length === 0 ? [keyOf('unnamed', at, registerWh ?? '', identity)] : []),
  ];
}

function keysOfName({ name, seen, isStarted }: Name): readonly string[] {
  if (isStarted || seen === undefined) return [keyOf('name', name)];
  return [keyOf('name', name), keyOf(isNamed(seen) ? keyOfPlace(seen) : 'placeless', seen.at, name)];
}

/** The start with an identity. */
export function startOf({ starts }: Evidence, identity: string): Start | undefined {
  return placedStart(starts, identity)?.[1];
}

function placedStart(starts: Indexed<Start>, identity: string): readonly [number, Start] | undefined {
  return [...starts.under(keyOf('identity', identity))].find(([, one]) => one.identity === identity);
}

/** What is known under an id. */
export function nameOf({ names }: Evidence, name: string): Name | undefined {
  return placedName(names, name)?.[1];
}

function placedName(names: Indexed<Name>, name: string): readonly [number, Name] | undefined {
  return [...names.under(keyOf('name', name))].find(([, one]) => one.name === name);
}

/** Takes a start in, or more about a known one. */
export function withStart(evidence: Evidence, start: Start): Evidence {
  const before = placedStart(evidence.starts, start.identity);
  if (before === undefined) return { ...evidence, starts: evidence.starts.with(start) };
  const [, known] = before;
  const after: Start = {
    ...known,
    registerWh: known.registerWh ?? start.registerWh,
    names: joined(known.names, start.names),
    calls: joined(known.calls, start.calls),
    receivedAt: earlier(known.receivedAt, start.receivedAt),
    isWoken: known.isWoken || start.isWoken,
  };
  return { ...evidence, starts: evidence.starts.replaced(before, after) };
}

function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}

function joined(one: readonly string[], other: readonly string[]): readonly string[] {
  const more = other.filter((text) => !one.includes(text));
  return more.length === 0 ? one : [...one, ...more];
}

/** Takes an answer in. */
export function withAnswer(evidence: Evidence, answer: Answer): Evidence {
  const known = [...evidence.answers.under(keyOf('call', answer.call))].find(
    ([, { call, transaction }]) => call === answer.call && transaction === answer.transaction,
  );
  const answers = known === undefined ? evidence.answers.with(answer) : evidence.answers.replaced(known, answer);
  return { ...evidence, answers };
}

/** Takes in what is known of an id, in the place of what was known before. */
export function withName(evidence: Evidence, name: Name): Evidence {
  const before = placedName(evidence.names, name.name);
  const names = before === undefined ? evidence.names.with(name) : evidence.names.replaced(before, name);
  return { ...evidence, names };
}

/** The answers to a message id. */
export function answersTo({ answers }: Evidence, call: string): readonly Answer[] {
  return [...answers.under(keyOf('call', call))].flatMap(([, one]) => (one.call === call ? [one] : []));
}

/** The answers that give an id to a start. */
export function answersWith({ answers }: Evidence, transaction: string): readonly Answer[] {
  return [...answers.under(keyOf('name', transaction))].flatMap(([, one]) =>
    one.transaction === transaction ? [one] : [],
  );
}

/** The starts that were sent under a message id, in the order in which they were received. */
export function startsUnder({ starts }: Evidence, call: string): readonly Start[] {
  const found = [...starts.under(keyOf('call', call))].map(([, one]) => one);
  return found.filter(({ calls }) => calls.includes(call)).sort(byReceipt);
}

/**
 * The start that an answer is for. Stations use message ids again, and two connectors may use one at once: each answer, in
 * order of time, is for the latest start without one that had been received; where all have theirs, for the latest.
 */
export function answeredStart(
  evidence: Evidence,
  { call, transaction }: Pick<Answer, 'call' | 'transaction'>,
): Start | undefined {
  const starts = startsUnder(evidence, call);
  if (starts.length < 2) return starts[0];
  const free = new Set(starts);
  for (const answer of [...answersTo(evidence, call)].sort(byAnswer)) {
    const start = latestReceived([...free], answer) ?? latestReceived(starts, answer) ?? [...free][0] ?? starts[0];
    if (answer.transaction === transaction) return start;
    if (start !== undefined) free.delete(start);
  }
  return starts.at(-1);
}

/** Of several received at one time, the first one. */
function latestReceived(starts: readonly Start[], { at }: Answer): Start | undefined {
  const latest = starts.findLast(({ receivedAt }) => at === undefined || (receivedAt ?? '') <= at);
  return starts.find(({ receivedAt }) => latest !== undefined && receivedAt === latest.receivedAt);
}

function byReceipt(one: Start, other: Start): number {
  const [first, second] = [one.receivedAt ?? '', other.receivedAt ?? ''];
  return first === second ? byTime(one, other) : first < second ? -1 : 1;
}

function byAnswer(one: Answer, other: Answer): number {
  const [first, second] = [one.at ?? '', other.at ?? ''];
  return first === second ? byLength(one.transaction, other.transaction) : first < second ? -1 : 1;
}

/** Back ends count their ids up, so that of two the shorter, then the lesser one was given first. */
export function byLength(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

/** The ids of a start that are certain: its own, and those of the answers to it. */
export function certainNames(evidence: Evidence, start: Start): readonly string[] {
  const answered = start.calls.flatMap((call) => answersTo(evidence, call));
  const own = answered.filter((answer) => answeredStart(evidence, answer)?.identity === start.identity);
  return joined(
    start.names,
    own.map(({ transaction }) => transaction),
  );
}

/** All ids of a start; where none is certain, the one that must be meant. */
export function namesOf(evidence: Evidence, start: Start): readonly string[] {
  const certain = certainNames(evidence, start);
  if (certain.length > 0) return certain;
  const inferred = namedNext(evidence, start) ?? evidence.pairs.get(start.identity);
  return inferred === undefined ? [] : [inferred];
}

/** The first id without a start that was heard on the connector after a start that nobody answered, and before the next one. */
function namedNext(evidence: Evidence, start: Start): string | undefined {
  const [first] = namesHeardAfter(evidence, start, start.at)
    .filter((name) => startHeardBefore(evidence, name)?.identity === start.identity)
    .sort(byHearing);
  return first?.name;
}

/** Ids without a start that were heard at a place from a time on, until the next start there. */
export function namesHeardAfter({ names, starts }: Evidence, place: Place, from: Instant | ''): readonly Name[] {
  const found: Name[] = [];
  const next = nextStartAt(starts, place, from)?.at;
  for (const key of keysAt(names, place, ({ seen }) => seen ?? NOWHERE)) {
    for (const [, name] of names.under(key, keyOf(key, from))) {
      if (next !== undefined && (name.seen?.at ?? '') > next) break;
      found.push(name);
    }
  }
  return found;
}

const NOWHERE: Place = { evse: undefined, connector: undefined };

function nextStartAt(starts: Indexed<Start>, place: Place, after: Instant | ''): Start | undefined {
  let next: Start | undefined;
  for (const key of keysAt(starts, place, (one) => one)) {
    const found = starts.first(key, after === '' ? key : through(keyOf(key, after)))?.[1];
    if (found !== undefined && (next === undefined || byTime(found, next) < 0)) next = found;
  }
  return next;
}

/** The latest start at a place by a time. */
export function lastStartAt({ starts }: Evidence, place: Place, by: Instant): Start | undefined {
  let last: Start | undefined;
  for (const key of keysAt(starts, place, (one) => one)) {
    const found = starts.last(key, through(keyOf(key, by)))?.[1];
    if (found !== undefined && (last === undefined || byTime(found, last) > 0)) last = found;
  }
  return last;
}

function startHeardBefore(evidence: Evidence, { seen }: Name): Start | undefined {
  return seen === undefined || !isNamed(seen) ? undefined : lastStartAt(evidence, seen, seen.at);
}

/** The starts of an id, in order. */
export function startsOf(evidence: Evidence, name: string): readonly Start[] {
  const own = [...evidence.starts.under(keyOf('name', name))].map(([, one]) => one);
  const answered = answersWith(evidence, name).map((answer) => answeredStart(evidence, answer));
  const certain = new Map<string, Start>();
  for (const start of [...own, ...answered]) {
    if (start !== undefined && certainNames(evidence, start).includes(name)) certain.set(start.identity, start);
  }
  return certain.size > 0 ? [...certain.values()].sort(byTime) : inferredStarts(evidence, name);
}

function inferredStarts(evidence: Evidence, name: string): readonly Start[] {
  const known = nameOf(evidence, name);
  const heard = known === undefined ? undefined : startHeardBefore(evidence, known);
  const paired = [...evidence.pairs].find(([, other]) => other === name)?.[0];
  const start = heard ?? (paired === undefined ? undefined : startOf(evidence, paired));
  return start !== undefined && namesOf(evidence, start).includes(name) ? [start] : [];
}

/** Starts that name no transaction and whose transaction nobody told, in order, up to a time. */
export function* unansweredStarts(evidence: Evidence, by?: Instant): Generator<Start> {
  for (const [, start] of evidence.starts.under('unnamed')) {
    if (by !== undefined && start.at > by) return;
    if (certainNames(evidence, start).length === 0) yield start;
  }
}

/** Ids without a start of which nothing names a place, in the order of what is known first of them. */
export function placelessNames({ names }: Evidence): readonly Name[] {
  return [...names.under('placeless')].map(([, name]) => name);
}

/** In order of device time, then of place and register; an identity names who charged, so it differs between two ledgers. */
export function byTime(one: Start, other: Start): number {
  const [first, second] = [rankOf(one), rankOf(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function rankOf({ at, evse, connector, registerWh, identity }: Start): string {
  return keyOf(at, evse ?? '', connector ?? '', registerWh ?? '', identity);
}

function byHearing(one: Name, other: Name): number {
  const [first, second] = [one.seen?.at ?? '', other.seen?.at ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}

/** Forgets a start that is too old. */
export function withoutStart(evidence: Evidence, identity: string): Evidence {
  const placed = placedStart(evidence.starts, identity);
  return placed === undefined ? evidence : { ...evidence, starts: evidence.starts.without(placed) };
}

/** Forgets what a session that is too old rests on. */
export function withoutBinding(
  evidence: Evidence,
  session: { readonly transaction: string; readonly aliases: readonly string[]; readonly starts: readonly string[] },
): Evidence {
  const { transaction, aliases, starts } = session;
  const calls = starts.flatMap((identity) => startOf(evidence, identity)?.calls ?? []);
  const less = starts.reduce(withoutStart, evidence);
  let { names, answers } = less;
  for (const name of [transaction, ...aliases]) {
    const placed = placedName(names, name);
    if (placed !== undefined && startsOf(less, name).length === 0) names = names.without(placed);
  }
  for (const call of calls) {
    if (startsUnder(less, call).length > 0) continue;
    for (const placed of answers.under(keyOf('call', call))) answers = answers.without(placed);
  }
  return { ...less, names, answers };
}
