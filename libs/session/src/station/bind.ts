import type { Statement } from '@ledger/meter';
import type { DecimalText } from '@ledger/units';
import type { EndBound, Origin } from '../events';
import { sessionIdOf } from '../key';
import type { Binding } from './binding';
import { bindingOfSession, boundOf, earlierOf, runningAt, startWaitingAt, unended, waitingStarts } from './bindings';
import { claimable } from './claimable';
import type { StationEvent, TransactionBound } from './events';
import { isNamed, isWholeStation, placeOf } from './places';
import { evolveStation, type Station } from './station';
import type { Waiting } from './waiting';

/** A kept statement that found its session: to be reported there, with its own origin. */
export interface Released {
  readonly session: string;
  readonly transaction: string;
  readonly statement: Statement;
  readonly origin: Origin | undefined;
  /** It was found by connector and time; a start that its answer names was not. */
  readonly isInferred: boolean;
}

/** A session without its end, bounded by the start after it: for `closeByNext`. */
export interface Bounded {
  readonly session: string;
  readonly bound: EndBound;
}

/** What follows from knowing a transaction's session. */
export interface Bound {
  readonly events: readonly StationEvent[];
  readonly released: readonly Released[];
  readonly bounded: readonly Bounded[];
}

/** The event that binds a transaction by the statement that began it. */
export function boundBy(
  statement: Statement,
  about: Pick<TransactionBound, 'session' | 'transaction'> & Partial<TransactionBound>,
): TransactionBound {
  const { evse, connector } = statement;
  const isStart = statement.kind === 'started';
  const registerWh = isStart ? registerOf(statement) : undefined;
  return {
    type: 'TransactionBound',
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
    ...(isStart ? { startedAt: statement.at, start: statement.identity } : {}),
    ...(registerWh === undefined ? {} : { registerWh }),
    ...about,
  };
}

/** The import register that a start states: its own, else that of its first reading. */
function registerOf({ register, readings }: Statement): DecimalText | undefined {
  if (register !== undefined) return register;
  const values = readings.flatMap((reading) => reading.values);
  return values.find(({ measurand, phase }) => measurand === 'Energy.Active.Import.Register' && phase === undefined)
    ?.value;
}

/** Binds a transaction, hands over the start that waited for it, and bounds the sessions beside it. */
export function bind(station: Station, event: TransactionBound, start: Waiting | undefined): Bound {
  const released = start === undefined ? [] : [releasedOf(start, event, event.isInferred === true)];
  const events = [event, ...released.map(attributed)];
  return { events, released, bounded: boundedBy(events.reduce(evolveStation, station), event.session) };
}

/** Adds the kept statements that find their session now that the station's memory has changed. */
export function withClaims(station: Station, bound: Bound): Bound {
  if (bound.events.length === 0 || station.waiting.length === 0) return bound;
  let knowing = station;
  const changed = [...station.changed];
  for (const event of bound.events) {
    knowing = evolveStation(knowing, event);
    changed.push(...knowing.changed);
  }
  const released: Released[] = [];
  const events: StationEvent[] = [];
  for (const waiting of claimable(knowing, changed)) {
    const found = sessionFor(knowing, waiting.statement);
    if (found === undefined) continue;
    const one = releasedOf(waiting, found, true);
    const news = [attributed(one), ...endedBy(one)];
    released.push(one);
    events.push(...news);
    knowing = news.reduce(evolveStation, knowing);
  }
  return { ...bound, events: [...bound.events, ...events], released: [...bound.released, ...released] };
}

function endedBy({ session, statement }: Released): readonly StationEvent[] {
  return statement.kind === 'ended' ? [{ type: 'TransactionEnded', session, at: statement.at }] : [];
}

/** The event that remembers where a statement went. */
export function attributed(found: Pick<Released, 'session' | 'transaction' | 'statement'>): StationEvent {
  const { session, transaction, statement } = found;
  const { identity, digest } = statement;
  return { type: 'StatementAttributed', session, transaction, identity, digest };
}

function releasedOf(
  { statement, origin }: Waiting,
  { session, transaction }: Pick<Released, 'session' | 'transaction'>,
  isInferred: boolean,
): Released {
  return { session, transaction, statement, origin, isInferred };
}

/**
 * The session of a statement that names no transaction: the one that ran on its connector at its time; for a stop, which
 * names no connector in OCPP 1.6, the only one on the station that has not ended. Undefined when that is not certain.
 */
export function sessionFor(station: Station, statement: Statement): Binding | undefined {
  const place = placeOf(statement);
  if (isWholeStation(place)) return undefined;
  if (isNamed(place)) {
    const running = runningAt(station, place, statement.at);
    const start = startWaitingAt(station, place, statement.at);
    return start !== undefined && start.statement.at > (running?.startedAt ?? '') ? undefined : running;
  }
  const open = statement.kind === 'ended' ? unended(station, statement.at) : [];
  return open.length === 1 && waitingStarts(station, statement.at).length === 0 ? open[0] : undefined;
}

/** Both sides: the session before this one may lack its end, and this one may, where a later start is known already. */
function boundedBy(station: Station, session: string): readonly Bounded[] {
  return [earlierOf(station, session), bindingOfSession(station, session)].flatMap((one) => {
    const bound = one === undefined || one.endedAt !== undefined ? undefined : boundOf(station, one.session);
    return one === undefined || bound === undefined ? [] : [{ session: one.session, bound }];
  });
}

/** The id of a session whose transaction id may have been used before on the station. */
export function newSessionId(station: Station, transaction: string, statement: Statement): string {
  const { tenant, station: name } = station;
  const plain = sessionIdOf({ tenant, station: name, transaction });
  return bindingOfSession(station, plain) !== undefined
    ? sessionIdOf({ tenant, station: name, transaction, startedAt: statement.at })
    : plain;
}
