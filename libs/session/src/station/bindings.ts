import type { Instant } from '@ledger/units';
import type { PreviousSession } from '../plausibility';
import type { EndBound } from '../events';
import { bindingKeys, type Binding } from './binding';
import { keyOf, through, type Placed } from './indexed';
import { keysAt, isSamePlace, placeOf, type Place } from './places';
import { ofSession, type Station } from './station';
import { waitingKeys, type Waiting } from './waiting';

/** The transaction of a session. */
export function bindingOfSession(station: Station, session: string): Binding | undefined {
  return ofSession(station, session)?.[1];
}

/**
 * The binding of a transaction id or alias. Where an id was used again, the one that had begun by `at`; the latest where
 * none had.
 */
export function bindingOf(station: Station, transaction: string, at: Instant): Binding | undefined {
  const key = bindingKeys.name(transaction);
  const begun = station.known.last(key, through(keyOf(key, at)))?.[1];
  if (begun !== undefined && isNamed(begun, transaction)) return begun;
  return eldest([...station.known.under(key)].filter(([, one]) => isNamed(one, transaction)));
}

function isNamed({ transaction, aliases }: Binding, name: string): boolean {
  return transaction === name || aliases.includes(name);
}

function eldest(placed: readonly Placed<Binding>[]): Binding | undefined {
  return placed.reduce<Placed<Binding> | undefined>(
    (one, other) => (one === undefined || other[0] < one[0] ? other : one),
    undefined,
  )?.[1];
}

/** Whether a transaction other than that of the session was bound under an id. */
export function isTaken(station: Station, transaction: string, session: string): boolean {
  const named = [...station.known.under(bindingKeys.name(transaction))];
  return named.some(([, one]) => one.transaction === transaction && one.session !== session);
}

/** The transaction whose start was sent under a message id: the one bound last. */
export function bindingOfCall({ known }: Station, call: string): Binding | undefined {
  return [...known.under(bindingKeys.call(call))].findLast(([, { calls }]) => calls.includes(call))?.[1];
}

/** The transaction that a start began. */
export function bindingOfStart({ known }: Station, start: string): Binding | undefined {
  return [...known.under(bindingKeys.start(start))].find(([, one]) => one.start === start)?.[1];
}

/** The session that ran at a place at a time: the latest that had begun and not ended. */
export function runningAt(station: Station, place: Place, at: Instant): Binding | undefined {
  const latest = lastAt(station, place, (key) => through(keyOf(key, at)));
  return latest?.endedAt === undefined || at <= latest.endedAt ? latest : undefined;
}

/** The latest to begin at a place, up to a key in the order of starts at each place that is the same. */
function lastAt({ known }: Station, place: Place, to: (key: string) => string): Binding | undefined {
  let latest: Placed<Binding> | undefined;
  for (const key of keysAt(known, place, (one) => one)) {
    const found = known.last(key, to(key));
    if (found !== undefined && (latest === undefined || compare(found, latest) > 0)) latest = found;
  }
  return latest?.[1];
}

/** By start, then by the order in which they were bound. */
function compare([one, first]: Placed<Binding>, [other, second]: Placed<Binding>): number {
  if (first.startedAt === second.startedAt) return one - other;
  return (first.startedAt ?? '') < (second.startedAt ?? '') ? -1 : 1;
}

/** Sessions anywhere on the station that had begun by a time and are not known to have ended; two stand for any more. */
export function unended({ known }: Station, at: Instant): readonly Binding[] {
  const found: Binding[] = [];
  for (const [, one] of known.under(bindingKeys.open)) {
    if (found.length === 2 || one.startedAt === undefined || one.startedAt > at) break;
    found.push(one);
  }
  return found;
}

/** Starts that wait for their answer, in order of their time; all, or those up to a time. */
export function waitingStarts({ waiting }: Station, by?: Instant): readonly Placed<Waiting>[] {
  const starts: Placed<Waiting>[] = [];
  for (const placed of waiting.under(waitingKeys.starts)) {
    if (by !== undefined && placed[1].statement.at > by) break;
    starts.push(placed);
  }
  return starts;
}

/** The waiting start with an identity, that came first. */
export function waitingStart({ waiting }: Station, identity: string): Waiting | undefined {
  const found = [...waiting.under(waitingKeys.identity(identity))];
  return found.find(([, { statement }]) => statement.identity === identity)?.[1];
}

/** The waiting start that was sent under a message id, that came first. */
export function waitingCall({ waiting }: Station, call: string): Waiting | undefined {
  return [...waiting.under(waitingKeys.call(call))].find(([, { calls }]) => calls.includes(call))?.[1];
}

/** The start that waits at a place at a time: the latest. */
export function startWaitingAt(station: Station, place: Place, at: Instant): Waiting | undefined {
  const starts = waitingStarts(station, at);
  return starts.findLast(([, { statement }]) => isSamePlace(placeOf(statement), place))?.[1];
}

/** The session before on the same connector, for the continuity of its meter and for overlaps. */
export function previousOf(station: Station, session: string): PreviousSession | undefined {
  const before = earlierOf(station, session);
  if (before?.endedAt === undefined) return undefined;
  const { endedAt, registerEndWh } = before;
  return { endedAt, ...(registerEndWh === undefined ? {} : { registerEndWh }) };
}

/** The session after on the same connector, as far as the station remembers it. */
export function nextOf(station: Station, session: string): string | undefined {
  return laterOf(station, session)?.session;
}

/** The start of the session after on the same connector: it bounds a missing stop. */
export function boundOf(station: Station, session: string): EndBound | undefined {
  const next = laterOf(station, session);
  if (next?.startedAt === undefined) return undefined;
  const { startedAt: at, registerStartWh: registerWh } = next;
  return { at, ...(registerWh === undefined ? {} : { registerWh }) };
}

/** The session that began last before this one at the same place. */
export function earlierOf(station: Station, session: string): Binding | undefined {
  const binding = bindingOfSession(station, session);
  const { startedAt } = binding ?? {};
  if (binding === undefined || startedAt === undefined) return undefined;
  return lastAt(station, binding, (key) => keyOf(key, startedAt));
}

/** The session that began first after this one at the same place; of several at one time, the one bound last. */
function laterOf(station: Station, session: string): Binding | undefined {
  const binding = bindingOfSession(station, session);
  const { startedAt } = binding ?? {};
  if (binding === undefined || startedAt === undefined) return undefined;
  let next: Instant | undefined;
  for (const key of keysAt(station.known, binding, (one) => one)) {
    const at = station.known.first(key, through(keyOf(key, startedAt)))?.[1].startedAt;
    if (at !== undefined && (next === undefined || at < next)) next = at;
  }
  const to = next;
  return to === undefined ? undefined : lastAt(station, binding, (key) => through(keyOf(key, to)));
}
