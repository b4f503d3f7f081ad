import type { Clock } from '@ledger/ports';
import {
  ANSWER_WAIT_MS,
  attribute,
  belongingOf,
  closeByNext,
  hold,
  isWaiting,
  nextOf,
  noteClosed,
  plausibility,
  previousOf,
  unanswered,
} from '@ledger/session';
import type { Assessment, Bounded, Consequences, Hold, SessionKey, Station, StationEvent } from '@ledger/session';
import { instantOf, millisOf, sessionStream, stationStream } from '@ledger/units';
import type { Instant } from '@ledger/units';

import type { Causation } from './chained-append';
import type { Receipt } from './messages';
import { causeOf } from './session-fold';
import type { Delivered, Reported, SessionFolded } from './session-fold';
import type { SessionStreams } from './session-streams';
import { foldSessions, moveStatements, movesIn, workIn } from './station-moves';
import type { Work } from './station-moves';
import type { StationStreams } from './station-streams';
import type { Deciding } from './streams';

/** What folding a station's statements needs. */
export interface StationFoldPorts {
  readonly sessions: SessionStreams;
  readonly stations: StationStreams;
  readonly clock: Clock;
}

type StationWork = Deciding<Station, StationEvent>;

/**
 * Folds the statements of one station: finds the session of each, moves those that belong elsewhere by now, lets the sessions
 * decide, closes what the next start bounds, compares neighbours on a connector, and appends to the station's own stream last.
 * Until then everything may be decided again.
 */
export function foldStation(
  ports: StationFoldPorts,
  stream: string,
  delivered: readonly Delivered[],
): Promise<readonly Receipt[]> {
  // What an earlier attempt wrote, it may have written by a memory that somebody else's events had outdated.
  const written = new Set<string>();
  return ports.stations.decide(stream, async (work) => {
    const plan = new Plan(work, ports.clock.now());
    plan.reviewAgain(written);
    for (const one of delivered) plan.place(one);
    plan.wakeUnanswered();
    return carryOut(ports, work, { plan, written });
  });
}

/**
 * Lets a station know of a session that time alone is about to close, as it learns of those that statements close: where its
 * register stood, and whether the next session fits it. Returns what the session before it holds against this one.
 */
export async function noteClosing(
  ports: Pick<StationFoldPorts, 'sessions' | 'stations'>,
  assessment: Assessment,
  cause: Causation,
): Promise<readonly Hold[]> {
  const { tenant, station, session } = assessment;
  const stream = stationStream(tenant, station);
  const before = await ports.stations.decide(stream, (work) => {
    const unnoted = work.state();
    work.add(noteClosed(unnoted, assessment), cause);
    return unnoted;
  });
  return ports.stations.decide(stream, async (work) => {
    const now = work.state();
    await compareNeighbours(
      ports.sessions,
      { before, now },
      { assessed: [session], touched: [], isAgain: true, cause },
    );
    return plausibility(assessment, {}, previousOf(now, session));
  });
}

/** What has to be done for a group of statements, in order. */
class Plan {
  readonly sessions = new Map<string, Work>();
  /** What bounds each session without its end; what came last knows most. */
  readonly bounded = new Map<string, Bounded>();
  readonly reviewed = new Set<string>();
  readonly touched = new Set<string>();
  readonly receipts: Receipt[] = [];
  /** The station as it was before. */
  readonly before: Station;
  cause: Causation | undefined;

  constructor(
    private readonly work: StationWork,
    readonly now: Instant,
  ) {
    this.before = work.state();
  }

  place({ statement, origin }: Delivered): void {
    const attribution = attribute(statement, this.work.state(), origin);
    this.cause = causeOf(statement, origin, this.now);
    if (attribution.status === 'session') {
      const { key, isInferred } = attribution;
      this.report(key, { statement, origin, isInferred, isAnswered: true });
    } else {
      const { tenant, gateway, messageId: id, receivedAt } = statement;
      const { verdict } = attribution;
      this.receipts.push({ tenant, gateway, id, verdict, receivedAt, at: this.now, delivery: origin });
    }
    this.follow(attribution, this.cause);
  }

  /** Starts whose answer is overdue get sessions of their own. */
  wakeUnanswered(): void {
    const station = this.work.state();
    const receivedBy = isWaiting(station) ? instantOf(millisOf(this.now) - ANSWER_WAIT_MS) : undefined;
    if (receivedBy === undefined) return;
    const woken = unanswered(station, receivedBy);
    if (woken.events.length === 0) return;
    this.cause ??= clockCause(station, this.now);
    this.follow(woken, this.cause);
  }

  /** What an attempt wrote whose memory was outdated is sorted by what is known now, even where nothing else is left to do. */
  reviewAgain(written: ReadonlySet<string>): void {
    if (written.size > 0) this.cause = clockCause(this.before, this.now);
    for (const session of written) this.reviewed.add(session);
  }

  /** What came later may have moved what came earlier, before any of it was reported. */
  reportWhereItBelongs(): void {
    const station = this.work.state();
    for (const session of this.reviewed) {
      const planned = this.sessions.get(session);
      if (planned === undefined) continue;
      for (const one of planned.reported.splice(0)) {
        const to = belongingOf(station, one.statement);
        const isKnown = to !== undefined && to !== 'none';
        this.report(isKnown ? { ...planned.key, ...to } : planned.key, one);
      }
    }
  }

  private follow({ events, released, reviewed, bounded, touched }: Consequences, cause: Causation): void {
    this.work.add(events, cause);
    for (const one of bounded) this.bounded.set(one.session, one);
    for (const session of reviewed) this.reviewed.add(session);
    for (const session of touched) this.touched.add(session);
    const { tenant, station } = this.before;
    for (const { session, transaction, statement, origin, isInferred } of released) {
      this.report({ session, tenant, station, transaction }, { statement, origin, isInferred, isAnswered: false });
    }
  }

  private report(key: SessionKey, reported: Reported): void {
    this.workOn(key).reported.push(reported);
  }

  private workOn(key: SessionKey): Work {
    return workIn(this.sessions, key);
  }
}

async function carryOut(
  ports: StationFoldPorts,
  work: StationWork,
  { plan, written }: { readonly plan: Plan; readonly written: Set<string> },
): Promise<readonly Receipt[]> {
  const { now, cause, before } = plan;
  if (cause === undefined) return plan.receipts;
  const { sessions } = ports;
  const isAgain = written.size > 0;
  plan.reportWhereItBelongs();
  for (const session of plan.sessions.keys()) written.add(session);
  const folded = await foldSessions(sessions, [...plan.sessions.values()], { now, cause });
  const moves = await movesIn(sessions, work.state(), plan.reviewed);
  for (const { key } of moves) written.add(key.session);
  const moved = await moveStatements(sessions, moves, { now, cause });
  const bounded = await boundSessions(sessions, [...plan.bounded.values()], cause);
  const closed = [...folded, ...moved, ...bounded].flatMap(({ assessment }) =>
    assessment === undefined ? [] : [assessment],
  );
  for (const assessment of closed) work.add(noteClosed(work.state(), assessment), cause);
  const assessed = closed.map(({ session }) => session);
  const around = { before, now: work.state() };
  // Another attempt leaves nothing out: what the earlier one compared, it may have compared by an outdated memory.
  await compareNeighbours(sessions, around, { assessed, touched: [...plan.touched], isAgain, cause });
  return [...plan.receipts, ...folded.flatMap(({ receipts }) => receipts)];
}

/** The start of the next transaction ends sessions whose stop never came. */
async function boundSessions(
  sessions: SessionStreams,
  bounded: readonly Bounded[],
  cause: Causation,
): Promise<readonly Pick<SessionFolded, 'assessment'>[]> {
  if (bounded.length === 0) return [];
  return Promise.all(
    bounded.map(({ session, bound }) =>
      sessions.decide(sessionStream(session), (work) => {
        work.add(closeByNext(work.state(), bound), cause);
        return { assessment: work.state().assessment };
      }),
    ),
  );
}

/** The sessions whose neighbours have to be looked at again. */
interface Changed {
  /** They have another assessment, or one that was decided again. */
  readonly assessed: readonly string[];
  /** They are told apart from others in another way than before. */
  readonly touched: readonly string[];
  /** Compares those that follow also where nothing changed before them. */
  readonly isAgain: boolean;
  readonly cause: Causation;
}

/**
 * Register continuity and overlap, for the sessions that changed and for those that follow them on their connectors. One whose own
 * assessment and whose session before are what they were has nothing new to be held for, and is not read for it.
 */
async function compareNeighbours(
  sessions: SessionStreams,
  { before, now }: { readonly before: Station; readonly now: Station },
  { assessed, touched, isAgain, cause }: Changed,
): Promise<void> {
  const concerned = new Set(assessed);
  for (const session of [...touched, ...assessed]) {
    for (const one of [session, nextOf(before, session), nextOf(now, session)]) {
      if (one !== undefined && (isAgain || hasOtherPrevious(one, before, now))) concerned.add(one);
    }
  }
  // Side by side: each looks at its own stream and at the station alone, and a store far away answers all at once.
  await Promise.all(
    [...concerned].map((session) =>
      sessions.decide(sessionStream(session), (work) => {
        const { assessment } = work.state();
        const findings = assessment && plausibility(assessment, {}, previousOf(now, session));
        if (findings !== undefined) work.add(hold(work.state(), findings), cause);
      }),
    ),
  );
}

function hasOtherPrevious(session: string, before: Station, now: Station): boolean {
  const [one, other] = [previousOf(before, session), previousOf(now, session)];
  return (
    one?.endedAt !== other?.endedAt ||
    one?.registerStartWh !== other?.registerStartWh ||
    one?.registerEndWh !== other?.registerEndWh
  );
}

function clockCause({ tenant, station }: Station, recordedAt: Instant): Causation {
  return { tenant, recordedAt, correlation: `unanswered/${station}`, causation: 'clock' };
}
