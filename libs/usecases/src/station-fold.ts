import type { Clock } from '@ledger/ports';
import {
  ANSWER_WAIT_MS,
  attribute,
  closeByNext,
  hold,
  nextOf,
  noteClosed,
  plausibility,
  previousOf,
  unanswered,
} from '@ledger/session';
import type { Assessment, Attribution, Bounded, SessionKey, Station, StationEvent } from '@ledger/session';
import { instantOf, millisOf, sessionStream, stationStream } from '@ledger/units';
import type { Instant } from '@ledger/units';

import type { Causation } from './chained-append';
import type { Receipt } from './messages';
import { causeOf, foldSession } from './session-fold';
import type { Delivered, Reported, SessionFolded } from './session-fold';
import type { SessionStreams } from './session-streams';
import type { StationStreams } from './station-streams';
import type { Deciding } from './streams';

/** What folding a station's statements needs. */
export interface StationFoldPorts {
  readonly sessions: SessionStreams;
  readonly stations: StationStreams;
  /** Streams of stations on which something waits for an answer: kept here, looked at by `foldUnanswered`. */
  readonly waiting: Set<string>;
  readonly clock: Clock;
}

type StationWork = Deciding<Station, StationEvent>;

/**
 * Folds the statements of one station: finds the session of each, lets the sessions decide, closes what the next start
 * bounds, compares neighbours on a connector, and appends to the station's own stream last. Until then everything may be
 * decided again.
 */
export function foldStation(
  ports: StationFoldPorts,
  stream: string,
  delivered: readonly Delivered[],
): Promise<readonly Receipt[]> {
  return ports.stations.decide(stream, async (work) => {
    const now = ports.clock.now();
    const plan = new Plan(work, now);
    for (const one of delivered) plan.place(one);
    plan.wakeUnanswered();
    const receipts = await carryOut(ports, work, plan);
    if (work.state().waiting.length > 0) ports.waiting.add(stream);
    else ports.waiting.delete(stream);
    return receipts;
  });
}

/** Makes sessions of starts that nobody answered in time, on stations that are silent since. */
export async function foldUnanswered(ports: StationFoldPorts): Promise<void> {
  for (const stream of [...ports.waiting]) await foldStation(ports, stream, []);
}

/**
 * Lets a station know of a session that time alone has closed, as it learns of those that statements close: where its register
 * stood, and whether it fits its neighbours on the connector.
 */
export function noteClosing(
  ports: Pick<StationFoldPorts, 'sessions' | 'stations'>,
  assessment: Assessment,
  cause: Causation,
): Promise<void> {
  const { tenant, station, session } = assessment;
  return ports.stations.decide(stationStream(tenant, station), async (work) => {
    work.add(noteClosed(work.state(), assessment), cause);
    await compareNeighbours(ports.sessions, work.state(), { sessions: [session], cause });
  });
}

/** What has to be done for a group of statements, in order. */
class Plan {
  readonly sessions = new Map<string, { readonly key: SessionKey; readonly reported: Reported[] }>();
  readonly bounded: Bounded[] = [];
  readonly receipts: Receipt[] = [];
  cause: Causation | undefined;

  constructor(
    private readonly work: StationWork,
    readonly now: Instant,
  ) {}

  place({ statement, origin }: Delivered): void {
    const attribution = attribute(statement, this.work.state(), origin);
    this.cause = causeOf(statement, origin, this.now);
    if (attribution.status === 'session') {
      const { key, isInferred } = attribution;
      this.report(key, { statement, origin, isInferred, isAnswered: true });
      this.follow(attribution);
    } else {
      const { tenant, gateway, messageId: id, receivedAt } = statement;
      const { verdict } = attribution;
      this.receipts.push({ tenant, gateway, id, verdict, receivedAt, at: this.now, delivery: origin });
    }
    this.work.add(attribution.events, this.cause);
  }

  /** Starts whose answer is overdue get sessions of their own. */
  wakeUnanswered(): void {
    const station = this.work.state();
    if (station.waiting.length === 0) return;
    const receivedBy = instantOf(millisOf(this.now) - ANSWER_WAIT_MS);
    if (receivedBy === undefined) return;
    for (const attribution of unanswered(station, receivedBy)) {
      this.follow(attribution);
      const cause = this.cause ?? clockCause(station, this.now);
      this.cause = cause;
      this.work.add(attribution.events, cause);
    }
  }

  private follow(attribution: Extract<Attribution, { status: 'session' }>): void {
    this.bounded.push(...attribution.bounded);
    const { tenant, station } = attribution.key;
    for (const { session, transaction, statement, origin, isInferred } of attribution.released) {
      this.report({ session, tenant, station, transaction }, { statement, origin, isInferred, isAnswered: false });
    }
  }

  private report(key: SessionKey, reported: Reported): void {
    const held = this.sessions.get(key.session);
    if (held === undefined) this.sessions.set(key.session, { key, reported: [reported] });
    else held.reported.push(reported);
  }
}

async function carryOut(ports: StationFoldPorts, work: StationWork, plan: Plan): Promise<readonly Receipt[]> {
  const { now, cause } = plan;
  if (cause === undefined) return plan.receipts;
  const folded = await Promise.all(
    [...plan.sessions.values()].map(({ key, reported }) => foldSession(ports.sessions, key, reported, now)),
  );
  const bounded = await boundSessions(ports.sessions, plan.bounded, cause);
  const closed = [...folded, ...bounded].flatMap(({ assessment }) => (assessment === undefined ? [] : [assessment]));
  if (closed.length > 0) {
    for (const assessment of closed) work.add(noteClosed(work.state(), assessment), cause);
    await compareNeighbours(ports.sessions, work.state(), { sessions: closed.map(({ session }) => session), cause });
  }
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

/** Register continuity and overlap, for the sessions that changed and for those that follow them on their connectors. */
async function compareNeighbours(
  sessions: SessionStreams,
  station: Station,
  changed: { readonly sessions: readonly string[]; readonly cause: Causation },
): Promise<void> {
  const { cause } = changed;
  const concerned = new Set(changed.sessions.flatMap((session) => [session, nextOf(station, session) ?? session]));
  // Side by side: each looks at its own stream and at the station alone, and a store far away answers all at once.
  await Promise.all(
    [...concerned].map((session) =>
      sessions.decide(sessionStream(session), (work) => {
        const { assessment } = work.state();
        const findings = assessment && plausibility(assessment, {}, previousOf(station, session));
        if (findings !== undefined) work.add(hold(work.state(), findings), cause);
      }),
    ),
  );
}

function clockCause({ tenant, station }: Station, recordedAt: Instant): Causation {
  return { tenant, recordedAt, correlation: `unanswered/${station}`, causation: 'clock' };
}
