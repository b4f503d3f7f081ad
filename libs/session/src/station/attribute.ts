import type { Statement } from '@ledger/meter';
import type { DecimalText, Instant } from '@ledger/units';
import type { Origin } from '../events';
import { sessionIdOf, type SessionKey } from '../key';
import { belongingOf, isInferredIn, runningFor, type Belonging } from './belonging';
import { bindingOf } from './bindings';
import type { StationEvent, TransactionBound } from './events';
import { answersTo, nameOf, startOf, type Start } from './evidence';
import { Following, type Consequences } from './follow';
import type { Content, Nameless } from './nameless';
import { isNamed, placeOf } from './places';
import { unansweredName } from './resolve';
import { evolveStation } from './evolve-station';
import { namelessOf, waitingStarts, type Station } from './station';

/**
 * Where a statement belongs. The caller reports it to its session, then what was `released`, sorts what is `reviewed`, closes
 * what is `bounded` by `closeByNext`, and appends `events` to the station's stream last: until then everything may be decided again.
 */
export type Attribution = Consequences &
  (
    | {
        readonly status: 'session';
        readonly key: SessionKey;
        /** The transaction was found by connector and time: report with `isInferred`. */
        readonly isInferred: boolean;
      }
    | {
        /** No session is known for it yet; the station's stream keeps it. */
        readonly status: 'kept';
        readonly verdict: 'recorded' | 'duplicate' | 'conflicting';
      }
  );

/** Finds the session of a statement by its transaction, by the answer to its start, or by connector and time. Pure and idempotent. */
export function attribute(statement: Statement, station: Station, origin?: Origin): Attribution {
  const isNameless = statement.transaction === undefined && statement.answer === undefined;
  return isNameless ? ofNameless(statement, station, origin) : ofNamed(statement, station);
}

function ofNamed(statement: Statement, station: Station): Attribution {
  const following = new Following(station);
  following.add(...evidenceIn(statement, station));
  const consequences = following.followed();
  const found = belongingOf(following.station, statement);
  const belonging = found === undefined || found === 'none' ? plain(statement, station) : found;
  return { ...consequences, ...inSession(station, belonging, false) };
}

/** The session of a transaction of which the station knows nothing. */
function plain(
  { answer, transaction = answer?.transaction ?? '' }: Statement,
  { tenant, station }: Station,
): Belonging {
  return { session: sessionIdOf({ tenant, station, transaction }), transaction };
}

function inSession(
  { tenant, station }: Station,
  { session, transaction }: Belonging,
  isInferred: boolean,
): { readonly status: 'session'; readonly key: SessionKey; readonly isInferred: boolean } {
  return { status: 'session', key: { session, tenant, station, transaction }, isInferred };
}

/** What a statement that names its transaction says of starts and ids, as far as it is new. */
function evidenceIn(statement: Statement, station: Station): readonly StationEvent[] {
  const { answer, transaction, kind, at } = statement;
  if (answer !== undefined) return answerIn(station, answer, at);
  if (transaction === undefined) return [];
  if (kind === 'started') return startIn(station, statement, transaction);
  return [...heardIn(station, statement, transaction), ...(kind === 'ended' ? endIn(station, transaction, at) : [])];
}

function answerIn(
  station: Station,
  { call, transaction }: { call: string; transaction: string },
  at: Instant,
): readonly StationEvent[] {
  const known = answersTo(station.evidence, call).find((one) => one.transaction === transaction);
  return known !== undefined && (known.at ?? '') <= at ? [] : [{ type: 'StartAnswered', call, transaction, at }];
}

function startIn(station: Station, statement: Statement, transaction: string): readonly StationEvent[] {
  const known = startOf(station.evidence, statement.identity);
  if (known?.names.includes(transaction) === true) return [];
  const { at: startedAt, identity: start } = statement;
  const registerWh = registerOf(statement);
  const about = { startedAt, start, ...(registerWh === undefined ? {} : { registerWh }) };
  return [boundBy(station, statement, { transaction, ...about })];
}

/** The earliest statement of an id without a start: one that names a place before one that names none. */
function heardIn(station: Station, statement: Statement, transaction: string): readonly StationEvent[] {
  const known = nameOf(station.evidence, transaction);
  const { at: seenAt } = statement;
  const isNews = known?.isStarted !== true && isHeardBefore(statement, known?.seen);
  return isNews ? [boundBy(station, statement, { transaction, seenAt })] : [];
}

function isHeardBefore(
  statement: Statement,
  seen: { readonly at: Instant; readonly evse: string | undefined; readonly connector: string | undefined } | undefined,
): boolean {
  if (seen === undefined) return true;
  const place = placeOf(statement);
  if (isNamed(place) !== isNamed(seen)) return isNamed(place);
  if (statement.at !== seen.at) return statement.at < seen.at;
  return `${place.evse ?? ''}/${place.connector ?? ''}` < `${seen.evse ?? ''}/${seen.connector ?? ''}`;
}

function endIn(station: Station, transaction: string, at: Instant): readonly StationEvent[] {
  if (nameOf(station.evidence, transaction)?.ends.includes(at) === true) return [];
  const { session } = bindingOf(station, transaction, at) ?? plainOf(station, transaction);
  return [{ type: 'TransactionEnded', session, transaction, at }];
}

function plainOf({ tenant, station }: Station, transaction: string): Belonging {
  return { session: sessionIdOf({ tenant, station, transaction }), transaction };
}

/** The event by which a transaction is heard of, with the session that this makes. */
function boundBy(
  station: Station,
  statement: Statement,
  about: Omit<TransactionBound, 'type' | 'session'>,
): TransactionBound {
  const { evse, connector, at } = statement;
  const place = { ...(evse === undefined ? {} : { evse }), ...(connector === undefined ? {} : { connector }) };
  const { session } = plainOf(station, about.transaction);
  const event: TransactionBound = { type: 'TransactionBound', session, ...place, ...about };
  const after = evolveStation(station, event);
  const made = belongingOf(after, statement) ?? bindingOf(after, about.transaction, at);
  return made === undefined || made === 'none' ? event : { ...event, session: made.session };
}

/** The import register that a start states: its own, else that of its first reading. */
function registerOf({ register, readings }: Statement): DecimalText | undefined {
  if (register !== undefined) return register;
  const values = readings.flatMap((reading) => reading.values);
  return values.find(({ measurand, phase }) => measurand === 'Energy.Active.Import.Register' && phase === undefined)
    ?.value;
}

/** A statement without transaction waits in the station, or lies in the session that it was found to belong to. */
function ofNameless(statement: Statement, station: Station, origin: Origin | undefined): Attribution {
  const before = namelessOf(station, statement.identity);
  const following = new Following(station);
  following.add(...toldBy(statement, station, { before, origin }));
  if (isSentAgain(statement, following.station)) {
    following.add({ type: 'StartRepeated', start: statement.identity, call: statement.call });
  }
  const { released, ...consequences } = following.followed();
  const belonging = belongingOf(following.station, statement);
  if (belonging === undefined || belonging === 'none') {
    return { ...consequences, released, status: 'kept', verdict: verdictOf(statement, before, origin) };
  }
  const isIt = (one: Statement): boolean => one.identity === statement.identity && one.digest === statement.digest;
  return {
    ...consequences,
    released: released.filter((one) => !isIt(one.statement)),
    ...inSession(station, belonging, isInferredIn(following.station, statement)),
  };
}

/** What is new of it: a content, or a copy that has to be kept again. */
function toldBy(
  statement: Statement,
  station: Station,
  { before, origin }: { readonly before: Nameless | undefined; readonly origin: Origin | undefined },
): readonly StationEvent[] {
  const known = before?.contents.find(({ digest }) => digest === statement.digest);
  if (before === undefined) return newsOf(statement, station, origin);
  // By its time a further content may move all of them.
  if (known === undefined) return [{ type: 'StatementKept', statement, ...from(origin) }];
  return isToKeepAgain(statement, before, known) ? [{ type: 'StatementKept', statement, ...from(known.origin) }] : [];
}

function isSentAgain(statement: Statement, { evidence }: Station): statement is Statement & { readonly call: string } {
  const { kind, identity, call } = statement;
  return kind === 'started' && call !== undefined && startOf(evidence, identity)?.calls.includes(call) === false;
}

/** A copy that was received before the one that is kept, or of one that is not kept here and has no session. */
function isToKeepAgain({ receivedAt }: Statement, { session }: Nameless, { statement }: Content): boolean {
  return statement === undefined ? session === undefined : receivedAt < statement.receivedAt;
}

function from(origin: Origin | undefined): { readonly origin?: Origin } {
  return origin === undefined ? {} : { origin };
}

/** It goes to its session at once where one is known and nothing has to be kept; a start always is, for its answer. */
function newsOf(statement: Statement, station: Station, origin: Origin | undefined): readonly StationEvent[] {
  const kept: StationEvent = { type: 'StatementKept', statement, ...from(origin) };
  if (statement.kind === 'started') return [kept];
  const after = evolveStation(station, kept);
  const one = namelessOf(after, statement.identity);
  const belonging = one === undefined ? undefined : runningFor(after, one);
  if (belonging === undefined) return [kept];
  const { identity, digest, kind, at, evse, connector } = statement;
  const { session, transaction } = belonging;
  const place = { ...(evse === undefined ? {} : { evse }), ...(connector === undefined ? {} : { connector }) };
  return [{ type: 'StatementAttributed', session, transaction, identity, digest, kind, at, ...place }];
}

function verdictOf(
  { digest }: Statement,
  before: Nameless | undefined,
  origin: Origin | undefined,
): 'recorded' | 'duplicate' | 'conflicting' {
  const place = before?.contents.findIndex((content) => content.digest === digest) ?? -1;
  if (before === undefined) return 'recorded';
  if (place < 0) return 'conflicting';
  if (origin === undefined || before.contents[place]?.origin !== origin) return 'duplicate';
  return place === 0 ? 'recorded' : 'conflicting';
}

/** How long a start waits for its answer before it makes a session of its own. */
export const ANSWER_WAIT_MS = 60 * 60 * 1000;

/** Starts that were received by `receivedBy` and never answered make sessions of their own, until an answer comes. */
export function unanswered(station: Station, receivedBy: Instant): Consequences {
  const following = new Following(station);
  for (const { identity } of [...waitingStarts(station)]) {
    const start = startOf(station.evidence, identity);
    const receivedAt = start?.receivedAt;
    if (start === undefined || receivedAt === undefined || receivedAt > receivedBy) continue;
    following.add(wokenBy(start, plainOf(station, unansweredName(identity))));
  }
  return following.followed();
}

function wokenBy(
  { identity, evse, connector, at, calls }: Start,
  { session, transaction }: Belonging,
): TransactionBound {
  return {
    type: 'TransactionBound',
    session,
    transaction,
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
    startedAt: at,
    start: identity,
    calls,
    isInferred: true,
  };
}

/** Whether a start waits for its answer. */
export function isWaiting(station: Station): boolean {
  return waitingStarts(station).next().done !== true;
}
