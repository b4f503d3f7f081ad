import type { Statement } from '@ledger/meter';
import type { Instant } from '@ledger/units';
import { assess } from './assess/assess';
import type { Assessment } from './assessment';
import type { EndBound, SessionEvent, StatementConflicted, StatementRecorded, Verdict, Withdrawn } from './events';
import { foldHolds, NO_HOLDS, type HoldBook } from './holds';
import { KeptStatements, type Kept } from './kept-statements';
import type { SessionKey } from './key';
import type { AssessmentPolicy } from './policy';

/**
 * `unopened`: no event yet. `provisional`: closed without its end. `void`: all its statements belong to other sessions.
 * Holds are told apart from it: `activeHolds`.
 */
type SessionStatus = 'unopened' | 'open' | 'provisional' | 'closed' | 'void';

/** What must be known to see in O(1) that no statement is missing. */
interface Progress {
  readonly hasStarted: boolean;
  readonly hasEnded: boolean;
  readonly numbered: number;
  readonly seqNoMin: number;
  readonly seqNoMax: number;
  /** The latest time of receipt: decides when to close, never what the session holds. */
  readonly receivedAt: Instant | undefined;
}

/** A session as folded from its stream. Immutable: an old state stays valid. */
export interface Session {
  readonly key: SessionKey;
  readonly status: SessionStatus;
  /** Events folded so far; the revision of the last one is one less. */
  readonly events: number;
  readonly kept: KeptStatements;
  /** Statements that were recorded here and belong elsewhere. */
  readonly withdrawn: readonly Kept[];
  readonly progress: Progress;
  readonly assessment: Assessment | undefined;
  /** How many statements the last assessment knew. */
  readonly assessed: number;
  readonly bound: EndBound | undefined;
  readonly holds: HoldBook;
}

const NO_PROGRESS: Progress = {
  hasStarted: false,
  hasEnded: false,
  numbered: 0,
  seqNoMin: 0,
  seqNoMax: -1,
  receivedAt: undefined,
};

/** A session of which nothing is known yet. */
export function unopened(key: SessionKey): Session {
  return {
    key,
    status: 'unopened',
    events: 0,
    kept: KeptStatements.none,
    withdrawn: [],
    progress: NO_PROGRESS,
    assessment: undefined,
    assessed: 0,
    bound: undefined,
    holds: NO_HOLDS,
  };
}

/** Folds one recorded fact into the state, in O(1). Never rejects: the fact already happened. */
export function evolve(session: Session, event: SessionEvent): Session {
  const counted = { events: session.events + 1, holds: foldHolds(session.holds, event) };
  switch (event.type) {
    case 'SessionOpened':
      return { ...session, ...counted, status: 'open', key: keyOf(event) };
    case 'StatementRecorded':
    case 'StatementConflicted':
      return { ...session, ...counted, ...keeping(session, event) };
    case 'StatementReceivedEarlier':
      return { ...session, ...counted, kept: session.kept.receivedEarlier(event), assessed: NOT_ASSESSED };
    case 'StatementsWithdrawn':
      return withdrawing({ ...session, ...counted }, event.statements);
    case 'SessionClosed':
    case 'SessionAmended':
      return { ...session, ...counted, ...assessing(session, event) };
    case 'SessionHeld':
    case 'SessionReleased':
      return { ...session, ...counted };
  }
}

function keeping(session: Session, event: StatementRecorded | StatementConflicted): Pick<Session, 'kept' | 'progress'> {
  const { statement, origin } = event;
  const { kept, progress, events: revision } = session;
  return {
    kept: kept.with({ statement, origin, verdict: verdictOf(session, event), revision }),
    progress: progressAfter(progress, statement, kept.has(statement.identity)),
  };
}

function assessing(
  { kept, bound }: Session,
  event: Extract<SessionEvent, { type: 'SessionClosed' | 'SessionAmended' }>,
): Pick<Session, 'status' | 'assessment' | 'assessed' | 'bound'> {
  const { assessment } = event;
  const isUnbounded = event.type === 'SessionAmended' && event.isUnbounded === true;
  return {
    status: assessment.hasEnd ? 'closed' : 'provisional',
    assessment,
    assessed: kept.size,
    bound: isUnbounded ? undefined : (event.bound ?? bound),
  };
}

/** What the session is by all that is known now: running, provisional or final. */
export function assessmentOf(session: Session, policy?: AssessmentPolicy): Assessment {
  return assess(session.kept.statements(), session.key, {
    ...(policy === undefined ? {} : { policy }),
    ...(session.bound === undefined ? {} : { bound: session.bound }),
  });
}

function keyOf(event: SessionKey): SessionKey {
  const { session, tenant, station, transaction } = event;
  return { session, tenant, station, transaction };
}

function verdictOf(session: Session, event: StatementRecorded | StatementConflicted): Verdict {
  if (event.type === 'StatementConflicted') return 'conflicting';
  if (isClosed(session)) return 'late';
  return event.isInferred === true ? 'inferred' : 'recorded';
}

/** Tells whether the session was closed, provisionally or for good. */
export function isClosed(session: Session): boolean {
  return session.status === 'closed' || session.status === 'provisional';
}

function withdrawing(session: Session, gone: readonly Withdrawn[]): Session {
  const goes = ({ statement }: Kept): boolean =>
    gone.some(({ identity, digest }) => identity === statement.identity && digest === statement.digest);
  const kept = session.kept.without(goes);
  const withdrawn = [...session.withdrawn, ...session.kept.all().filter(goes)];
  const without = { ...session, kept, withdrawn, progress: progressOf(kept), assessed: NOT_ASSESSED };
  if (kept.size > 0) return without;
  return { ...without, status: 'void', assessment: undefined, bound: undefined };
}

/** What the last assessment knew is not what the session holds now. */
const NOT_ASSESSED = -1;

function progressOf(kept: KeptStatements): Progress {
  const seen = new Set<string>();
  return [...kept.statements()].reduce((progress, statement) => {
    const isHeld = seen.has(statement.identity);
    seen.add(statement.identity);
    return progressAfter(progress, statement, isHeld);
  }, NO_PROGRESS);
}

function progressAfter(progress: Progress, statement: Statement, isHeld: boolean): Progress {
  const { kind, receivedAt } = statement;
  const isLatest = progress.receivedAt === undefined || receivedAt > progress.receivedAt;
  return {
    hasStarted: progress.hasStarted || kind === 'started',
    hasEnded: progress.hasEnded || kind === 'ended',
    ...numbersAfter(progress, statement, isHeld),
    receivedAt: isLatest ? receivedAt : progress.receivedAt,
  };
}

function numbersAfter(
  { numbered, seqNoMin, seqNoMax }: Progress,
  { seqNo }: Statement,
  isHeld: boolean,
): Pick<Progress, 'numbered' | 'seqNoMin' | 'seqNoMax'> {
  if (seqNo === undefined || isHeld) return { numbered, seqNoMin, seqNoMax };
  if (numbered === 0) return { numbered: 1, seqNoMin: seqNo, seqNoMax: seqNo };
  return { numbered: numbered + 1, seqNoMin: Math.min(seqNo, seqNoMin), seqNoMax: Math.max(seqNo, seqNoMax) };
}
