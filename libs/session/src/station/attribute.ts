import type { StartAnswer, Statement } from '@ledger/meter';
import { sha256Hex, type Instant } from '@ledger/units';
import type { Origin } from '../events';
import { sessionIdOf, type SessionKey } from '../key';
import {
  attributed,
  bind,
  boundBy,
  newSessionId,
  sessionFor,
  withClaims,
  type Bound,
  type Bounded,
  type Released,
} from './bind';
import type { Binding } from './binding';
import {
  bindingOf,
  bindingOfCall,
  bindingOfSession,
  bindingOfStart,
  isTaken,
  startWaitingAt,
  unended,
  waitingCall,
  waitingStart,
  waitingStarts,
} from './bindings';
import type { StationEvent } from './events';
import { isNamed, placeOf } from './places';
import type { Station } from './station';
import type { Waiting } from './waiting';

/**
 * Where a statement belongs. The caller reports it to its session, then what was `released`, closes what is `bounded` by
 * `closeByNext`, and appends `events` to the station's stream last: until then everything may be decided again.
 */
export type Attribution =
  | {
      readonly status: 'session';
      readonly key: SessionKey;
      /** The transaction was found by connector and time: report with `isInferred`. */
      readonly isInferred: boolean;
      readonly released: readonly Released[];
      readonly bounded: readonly Bounded[];
      readonly events: readonly StationEvent[];
    }
  | {
      /** No session is known for it yet; the station's stream keeps it. */
      readonly status: 'kept';
      readonly verdict: 'recorded' | 'duplicate' | 'conflicting';
      readonly events: readonly StationEvent[];
    };

const NOTHING: Bound = { events: [], released: [], bounded: [] };

/** Finds the session of a statement by its transaction, by the answer to its start, or by connector and time. Pure and idempotent. */
export function attribute(statement: Statement, station: Station, origin?: Origin): Attribution {
  const found = placed(statement, station, origin);
  return found.status === 'session' ? { ...found, ...withClaims(station, found) } : found;
}

function placed(statement: Statement, station: Station, origin: Origin | undefined): Attribution {
  const { answer, transaction } = statement;
  if (answer !== undefined) return ofAnswer(statement, answer, station);
  if (transaction !== undefined) return ofTransaction(statement, transaction, station);
  if (statement.kind === 'started') return ofStart(statement, station, origin);
  return ofNobody(statement, station, origin);
}

/** A statement without transaction goes where it went before, else to the session that ran on its connector. */
function ofNobody(statement: Statement, station: Station, origin: Origin | undefined): Attribution {
  const before = station.attributed.get(statement.identity);
  if (before !== undefined) return inSession(station, before, NOTHING, true);
  const running = station.kept.has(statement.identity) ? undefined : sessionFor(station, statement);
  if (running === undefined) return kept(statement, station, origin);
  const { session, transaction } = running;
  const events = [attributed({ session, transaction, statement }), ...endOf(statement, running).events];
  return inSession(station, running, { ...NOTHING, events }, true);
}

function inSession(
  station: Station,
  binding: Pick<Binding, 'session' | 'transaction'>,
  bound: Bound = NOTHING,
  isInferred = false,
): Attribution {
  const { session, transaction } = binding;
  const key = { session, tenant: station.tenant, station: station.station, transaction };
  return { status: 'session', key, isInferred, ...bound };
}

/** The answer names the transaction of the start it answers, or another id for it. Stations use message ids again. */
function ofAnswer(statement: Statement, answer: StartAnswer, station: Station): Attribution {
  const before = station.attributed.get(statement.identity);
  if (before !== undefined) return inSession(station, before);
  const found = answeredSession(statement, answer, station);
  if (found.status !== 'session') return found;
  const { session, transaction } = found.key;
  return { ...found, events: [...found.events, attributed({ session, transaction, statement })] };
}

function answeredSession(statement: Statement, { call, transaction }: StartAnswer, station: Station): Attribution {
  const start = waitingCall(station, call);
  if (start !== undefined) return started(station, transaction, start);
  const answered = bindingOfCall(station, call);
  if (answered !== undefined) return inSession(station, answered, aliasOf(answered, transaction, station));
  const binding = bindingOf(station, transaction, statement.at) ?? plain(station, transaction);
  return inSession(station, binding, { ...NOTHING, events: [{ type: 'StartAnswered', call, transaction }] });
}

function plain(station: Station, transaction: string): Pick<Binding, 'session' | 'transaction'> {
  return { session: sessionIdOf({ tenant: station.tenant, station: station.station, transaction }), transaction };
}

function aliasOf({ session, transaction, aliases }: Binding, alias: string, station: Station): Bound {
  const isKnown = transaction === alias || aliases.includes(alias);
  if (isKnown || isTaken(station, alias, session)) return NOTHING;
  return { ...NOTHING, events: [{ type: 'TransactionAliased', session, alias }] };
}

/** A start whose transaction became known: by its answer, or by the first statement that names it. */
function started(station: Station, transaction: string, start: Waiting, isInferred = false): Attribution {
  const session = sessionOfStart(station, transaction, start.statement);
  const about = { session, transaction, calls: start.calls, ...(isInferred ? { isInferred } : {}) };
  return inSession(station, { session, transaction }, bind(station, boundBy(start.statement, about), start));
}

/** The session that a start belongs to: the one of its transaction, unless that one began otherwise and is over. */
function sessionOfStart(station: Station, transaction: string, start: Statement): string {
  const known = bindingOf(station, transaction, start.at);
  if (known === undefined) return newSessionId(station, transaction, start);
  const isOther = known.start !== undefined && known.start !== start.identity;
  const isOver = known.endedAt !== undefined && known.endedAt < start.at;
  const isEarlier = known.startedAt !== undefined && start.at < known.startedAt && known.start !== undefined;
  return isOther && (isOver || isEarlier) ? newSessionId(station, transaction, start) : known.session;
}

function ofTransaction(statement: Statement, transaction: string, station: Station): Attribution {
  if (statement.kind === 'started') return ofNamedStart(statement, transaction, station);
  const known = bindingOf(station, transaction, statement.at);
  if (known !== undefined) return inSession(station, known, endOf(statement, known));
  const start = onlyStart(statement, station);
  if (start !== undefined) return withEnd(statement, started(station, transaction, start, true));
  const binding = plain(station, transaction);
  const event = boundBy(statement, binding);
  return withEnd(statement, inSession(station, binding, bind(station, event, undefined)));
}

function ofNamedStart(statement: Statement, transaction: string, station: Station): Attribution {
  const before = station.attributed.get(statement.identity);
  if (before !== undefined) return inSession(station, before);
  const session = sessionOfStart(station, transaction, statement);
  const known = bindingOfSession(station, session);
  const binding = { session, transaction: known?.transaction ?? transaction };
  if (known?.start === statement.identity) return inSession(station, binding);
  if (known?.start === undefined) {
    return inSession(station, binding, bind(station, boundBy(statement, binding), undefined));
  }
  return inSession(station, binding, { ...NOTHING, events: [attributed({ ...binding, statement })] });
}

/** The waiting start that a statement with a new transaction must mean: on its connector, or the only one there is. */
function onlyStart(statement: Statement, station: Station): Waiting | undefined {
  const place = placeOf(statement);
  if (isNamed(place)) return startWaitingAt(station, place, statement.at);
  const starts = waitingStarts(station, statement.at);
  return starts.length === 1 && unended(station, statement.at).length === 0 ? starts[0]?.[1] : undefined;
}

function endOf({ kind, at }: Statement, { session, endedAt }: Binding): Bound {
  if (kind !== 'ended' || (endedAt !== undefined && at <= endedAt)) return NOTHING;
  return { ...NOTHING, events: [{ type: 'TransactionEnded', session, at }] };
}

function withEnd({ kind, at }: Statement, attribution: Attribution): Attribution {
  if (kind !== 'ended' || attribution.status !== 'session') return attribution;
  const { session } = attribution.key;
  return { ...attribution, events: [...attribution.events, { type: 'TransactionEnded', session, at }] };
}

/** A start of OCPP 1.6 names no transaction: it waits for its answer, unless it was answered already. */
function ofStart(statement: Statement, station: Station, origin: Origin | undefined): Attribution {
  const { identity, call } = statement;
  const answered = call === undefined ? undefined : station.answers.get(call);
  const bound = bindingOfStart(station, identity);
  if (bound !== undefined) {
    const repeated = repetition(statement, bound.calls);
    const alias = answered === undefined ? NOTHING : aliasOf(bound, answered, station);
    return inSession(station, bound, { ...NOTHING, events: [...repeated, ...alias.events] });
  }
  const waiting = waitingStart(station, identity);
  if (answered !== undefined && call !== undefined)
    return ofAnsweredStart(statement, { call, transaction: answered }, station);
  const retained = kept(statement, station, origin);
  if (waiting === undefined || retained.status !== 'kept') return retained;
  return { ...retained, events: [...retained.events, ...repetition(statement, waiting.calls)] };
}

function ofAnsweredStart(statement: Statement, { call, transaction }: StartAnswer, station: Station): Attribution {
  const waiting = waitingStart(station, statement.identity);
  if (waiting !== undefined) return started(station, transaction, { ...waiting, calls: [...waiting.calls, call] });
  const session = sessionOfStart(station, transaction, statement);
  const event = boundBy(statement, { session, transaction, calls: [call] });
  return inSession(station, { session, transaction }, bind(station, event, undefined));
}

function repetition({ identity, call }: Statement, calls: readonly string[]): readonly StationEvent[] {
  if (call === undefined || calls.includes(call)) return [];
  return [{ type: 'StartRepeated', start: identity, call }];
}

function kept(statement: Statement, station: Station, origin: Origin | undefined): Attribution {
  const known = station.kept.get(statement.identity);
  const place = known?.digests.indexOf(statement.digest) ?? -1;
  if (known !== undefined && place >= 0) {
    const isSameRecord = origin !== undefined && known.origins[place] === origin;
    const first = place === 0 ? 'recorded' : 'conflicting';
    return { status: 'kept', verdict: isSameRecord ? first : 'duplicate', events: [] };
  }
  const from = origin === undefined ? {} : { origin };
  const verdict = known === undefined ? 'recorded' : 'conflicting';
  return { status: 'kept', verdict, events: [{ type: 'StatementKept', statement, ...from }] };
}

/** How long a start waits for its answer before it makes a session of its own. */
export const ANSWER_WAIT_MS = 60 * 60 * 1000;

/**
 * Starts that were received by `receivedBy` and never answered make sessions of their own, under an id drawn from the start;
 * a later answer becomes an alias of it.
 */
export function unanswered(
  station: Station,
  receivedBy: Instant,
): readonly Extract<Attribution, { status: 'session' }>[] {
  const late = waitingStarts(station).filter(([, { statement }]) => statement.receivedAt <= receivedBy);
  const inOrder = late.toSorted(([one], [other]) => one - other);
  return inOrder.flatMap(([, start]) => {
    const attribution = started(station, `unanswered-${sha256Hex(start.statement.identity).slice(0, 16)}`, start, true);
    return attribution.status === 'session' ? [{ ...attribution, ...withClaims(station, attribution) }] : [];
  });
}
