import type { Statement } from '@ledger/meter';
import {
  attribute,
  closeByNext,
  close,
  evolve,
  evolveStation,
  noteClosed,
  report,
  unknownStation,
  unopened,
  type Assessment,
  type Attribution,
  type Origin,
  type Session,
  type SessionEvent,
  type Station,
} from '@ledger/session';
import { moment } from '../../libs/session/src/statement-builder';

/** What a station's statements came to. */
export interface StationStory {
  readonly station: Station;
  readonly sessions: readonly Session[];
  readonly verdicts: readonly string[];
}

/** Takes the statements of one station in order, as the ledger does: sessions first, the station's own stream last. */
export function stationStory(statements: readonly Statement[], origins?: readonly Origin[]): StationStory {
  let station = unknownStation('default', 'ST-1');
  const sessions = new Map<string, Session>();
  const happen = (session: Session, events: readonly SessionEvent[]): void => {
    sessions.set(session.key.session, events.reduce(evolve, session));
  };
  const verdicts = statements.map((statement, index) => {
    const origin = origins?.[index] ?? `0/${index}`;
    const found = attribute(statement, station, origin);
    const verdict = found.status === 'session' ? take(found, statement, origin, sessions) : found.verdict;
    station = found.events.reduce(evolveStation, station);
    for (const { assessment } of sessions.values()) {
      if (assessment !== undefined) station = noteClosed(station, assessment).reduce(evolveStation, station);
    }
    return verdict;
  });
  for (const session of sessions.values()) happen(session, close(session, { now: moment('2030-01-01T00:00:00Z') }));
  return { station, sessions: [...sessions.values()], verdicts };
}

function take(
  found: Extract<Attribution, { status: 'session' }>,
  statement: Statement,
  origin: Origin,
  sessions: Map<string, Session>,
): string {
  const known = (session: string, transaction: string): Session =>
    sessions.get(session) ?? unopened({ ...found.key, session, transaction });
  const happen = (session: Session, events: readonly SessionEvent[]): void => {
    sessions.set(session.key.session, events.reduce(evolve, session));
  };
  const state = known(found.key.session, found.key.transaction);
  const decision = report(statement, state, { origin, isInferred: found.isInferred });
  happen(state, decision.events);
  for (const { session, transaction, statement: released, origin: from, isInferred } of found.released) {
    const other = known(session, transaction);
    const arrival = { isInferred, ...(from === undefined ? {} : { origin: from }) };
    happen(other, report(released, other, arrival).events);
  }
  for (const { session, bound } of found.bounded) {
    const other = sessions.get(session);
    if (other !== undefined) happen(other, closeByNext(other, bound));
  }
  return decision.verdict;
}

/** The assessments of all sessions, in order of their id. */
export function assessmentsOf({ sessions }: StationStory): readonly Assessment[] {
  return sessions
    .flatMap(({ assessment }) => (assessment === undefined ? [] : [assessment]))
    .sort((one, other) => (one.session < other.session ? -1 : 1));
}
