import type { Statement } from '@ledger/meter';
import {
  attribute,
  closeByNext,
  close,
  evolve,
  evolveStation,
  misplacedIn,
  noteClosed,
  report,
  settle,
  unanswered,
  unknownStation,
  unopened,
  withdraw,
  type Assessment,
  type Attribution,
  type Consequences,
  type Origin,
  type Session,
  type SessionEvent,
  type Station,
} from '@ledger/session';
import { moment } from '../../libs/session/src/statement-builder';

/** What a station's statements came to. */
export interface StationStory {
  readonly station: Station;
  /** Void ones are left out. */
  readonly sessions: readonly Session[];
  readonly verdicts: readonly string[];
}

/** Later than anything that is said in a story. */
const THE_END = moment('2030-01-01T00:00:00Z');

/** Takes the statements of one station in order, as the ledger does: sessions first, the station's own stream last. */
export function stationStory(statements: readonly Statement[], origins?: readonly Origin[]): StationStory {
  const story = new Telling();
  const verdicts = statements.map((statement, index) => story.take(statement, origins?.[index] ?? `0/${index}`));
  story.closeAll();
  const { station } = story;
  const sessions = [...story.sessions.values()].filter(({ status }) => status !== 'void');
  return { station, sessions, verdicts };
}

/** What is left when nobody answers any more: starts that wait make sessions of their own. */
export function stationStoryAtRest(statements: readonly Statement[]): StationStory {
  const story = new Telling();
  const verdicts = statements.map((statement, index) => story.take(statement, `0/${index}`));
  story.wake();
  story.closeAll();
  return {
    station: story.station,
    sessions: [...story.sessions.values()].filter(({ status }) => status !== 'void'),
    verdicts,
  };
}

class Telling {
  station = unknownStation('default', 'ST-1');
  readonly sessions = new Map<string, Session>();

  take(statement: Statement, origin: Origin): string {
    const found = attribute(statement, this.station, origin);
    this.station = found.events.reduce(evolveStation, this.station);
    const verdict = found.status === 'session' ? this.report(found, statement, origin) : found.verdict;
    this.follow(found);
    return verdict;
  }

  wake(): void {
    const woken = unanswered(this.station, THE_END);
    this.station = woken.events.reduce(evolveStation, this.station);
    this.follow(woken);
  }

  closeAll(): void {
    for (const session of this.sessions.values()) this.happen(session, close(session, { now: THE_END }));
    this.note();
  }

  private report(
    { key, isInferred }: Extract<Attribution, { status: 'session' }>,
    statement: Statement,
    origin: Origin,
  ): string {
    const session = this.sessions.get(key.session) ?? unopened(key);
    const { verdict, events } = report(statement, session, { origin, isInferred });
    this.happen(session, events);
    return verdict;
  }

  private follow({ released, reviewed, bounded }: Consequences): void {
    for (const { session, transaction, statement, origin, isInferred } of released) {
      this.give({ session, transaction }, statement, { isInferred, origin });
    }
    for (const session of reviewed) this.sort(session);
    for (const { session, bound } of bounded) {
      const known = this.sessions.get(session);
      if (known !== undefined) this.happen(known, closeByNext(known, bound));
    }
    this.note();
  }

  private sort(id: string): void {
    const session = this.sessions.get(id);
    for (const { statement, origin, isInferred, to, isHeld } of session === undefined
      ? []
      : misplacedIn(session, this.station)) {
      if (to !== undefined) this.give(to, statement, { isInferred, origin });
      const now = this.sessions.get(id);
      const { identity, digest } = statement;
      if (now !== undefined && isHeld) this.happen(now, withdraw(now, [{ identity, digest }]));
    }
    const after = this.sessions.get(id);
    if (after !== undefined) this.happen(after, settle(after));
  }

  private give(
    { session, transaction }: { readonly session: string; readonly transaction: string },
    statement: Statement,
    { isInferred, origin }: { readonly isInferred: boolean; readonly origin: Origin | undefined },
  ): void {
    const known = this.sessions.get(session) ?? unopened({ session, tenant: 'default', station: 'ST-1', transaction });
    this.happen(known, report(statement, known, { isInferred, ...(origin === undefined ? {} : { origin }) }).events);
  }

  private note(): void {
    for (const { assessment } of this.sessions.values()) {
      if (assessment !== undefined)
        this.station = noteClosed(this.station, assessment).reduce(evolveStation, this.station);
    }
  }

  private happen(session: Session, events: readonly SessionEvent[]): void {
    this.sessions.set(session.key.session, events.reduce(evolve, session));
  }
}

/** The assessments of all sessions, in order of their id. */
export function assessmentsOf({ sessions }: StationStory): readonly Assessment[] {
  return sessions
    .flatMap(({ assessment }) => (assessment === undefined ? [] : [assessment]))
    .sort((one, other) => (one.session < other.session ? -1 : 1));
}
