import type { Statement } from '@ledger/meter';
import type { Instant } from '@ledger/units';
import type { PreviousSession } from '../plausibility';
import type { EndBound } from '../events';
import type { Binding, Station, Waiting } from './station';

/** A place on a station. */
export interface Place {
  readonly evse: string | undefined;
  readonly connector: string | undefined;
}

/** Whether two places are the same connector, as far as both name it. A place that names nothing is no place. */
export function isSamePlace(one: Place, other: Place): boolean {
  if (one.connector === undefined && one.evse === undefined) return false;
  const isSameConnector =
    one.connector === other.connector || one.connector === undefined || other.connector === undefined;
  const isSameEvse = one.evse === other.evse || one.evse === undefined || other.evse === undefined;
  const isNamed = other.connector !== undefined || other.evse !== undefined;
  return isSameConnector && isSameEvse && isNamed;
}

/** The connector 0 of OCPP is the station as a whole: nothing about it ever belongs to a session. */
export function isWholeStation({ connector }: Place): boolean {
  return connector === '0';
}

/**
 * The binding of a transaction id or alias. Where an id was used again, the one that had begun by `at`; the latest where
 * none had.
 */
export function bindingOf(station: Station, transaction: string, at: Instant): Binding | undefined {
  const known = station.bindings.filter((one) => one.transaction === transaction || one.aliases.includes(transaction));
  const [first, ...others] = known;
  if (first === undefined || others.length === 0) return first;
  const begun = known.filter(({ startedAt }) => startedAt === undefined || startedAt <= at);
  return begun.reduce<Binding | undefined>((one, other) => (isLater(other, one) ? other : one), undefined) ?? first;
}

function isLater(one: Binding, other: Binding | undefined): boolean {
  return other?.startedAt === undefined || (one.startedAt !== undefined && one.startedAt >= other.startedAt);
}

/** The session that ran at a place at a time: the latest that had begun and not ended. */
export function runningAt(station: Station, place: Place, at: Instant): Binding | undefined {
  const begun = station.bindings.filter(
    (one) => isSamePlace(one, place) && one.startedAt !== undefined && one.startedAt <= at,
  );
  const latest = begun.reduce<Binding | undefined>((one, other) => (isLater(other, one) ? other : one), undefined);
  return latest?.endedAt === undefined || at <= latest.endedAt ? latest : undefined;
}

/** Sessions anywhere on the station that had begun by a time and are not known to have ended. */
export function unended(station: Station, at: Instant): readonly Binding[] {
  return station.bindings.filter(
    ({ startedAt, endedAt }) => endedAt === undefined && startedAt !== undefined && startedAt <= at,
  );
}

/** Starts that wait for their answer. */
export function waitingStarts(station: Station): readonly Waiting[] {
  return station.waiting.filter(({ statement }) => statement.kind === 'started');
}

/** The start that waits at a place at a time: the latest. */
export function startWaitingAt(station: Station, place: Place, at: Instant): Waiting | undefined {
  return waitingStarts(station)
    .filter(({ statement }) => isSamePlace(placeOf(statement), place) && statement.at <= at)
    .reduce<Waiting | undefined>(
      (one, other) => (one === undefined || other.statement.at >= one.statement.at ? other : one),
      undefined,
    );
}

/** Where a statement says it was made. */
export function placeOf({ evse, connector }: Statement): Place {
  return { evse, connector };
}

/** The session before on the same connector, for the continuity of its meter and for overlaps. */
export function previousOf(station: Station, session: string): PreviousSession | undefined {
  const binding = station.bindings.find((one) => one.session === session);
  const before = binding === undefined ? undefined : neighbour(station, binding, 'before');
  if (before?.endedAt === undefined) return undefined;
  const { endedAt, registerEndWh } = before;
  return { endedAt, ...(registerEndWh === undefined ? {} : { registerEndWh }) };
}

/** The session after on the same connector, as far as the station remembers it. */
export function nextOf(station: Station, session: string): string | undefined {
  const binding = station.bindings.find((one) => one.session === session);
  return binding === undefined ? undefined : neighbour(station, binding, 'after')?.session;
}

/** The start of the session after on the same connector: it bounds a missing stop. */
export function boundOf(station: Station, session: string): EndBound | undefined {
  const binding = station.bindings.find((one) => one.session === session);
  const after = binding === undefined ? undefined : neighbour(station, binding, 'after');
  if (after?.startedAt === undefined) return undefined;
  const { startedAt: at, registerStartWh: registerWh } = after;
  return { at, ...(registerWh === undefined ? {} : { registerWh }) };
}

/** The nearest session before or after on the same connector, by the time of its start. */
export function neighbour(station: Station, binding: Binding, side: 'before' | 'after'): Binding | undefined {
  const { startedAt } = binding;
  if (startedAt === undefined) return undefined;
  const isOn = (other: Binding): boolean =>
    other.startedAt !== undefined && (side === 'before' ? other.startedAt < startedAt : other.startedAt > startedAt);
  const others = station.bindings.filter(
    (other) => other.session !== binding.session && isSamePlace(other, binding) && isOn(other),
  );
  return others.reduce<Binding | undefined>((one, other) => {
    const isNearer = side === 'before' ? isLater(other, one) : one === undefined || isLater(one, other);
    return isNearer ? other : one;
  }, undefined);
}
