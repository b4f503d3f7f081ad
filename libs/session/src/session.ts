import type { Statement } from '@ledger/meter';
import type { Instant } from '@ledger/units';
import { assess } from './assess/assess';
import type { Assessment } from './assessment';
import type { EndBound, SessionEvent, StatementConflicted, StatementRecorded, Verdict } from './events';
import { foldHolds, NO_HOLDS, type HoldBook } from './holds';
import { KeptStatements } from './kept-statements';
import type { SessionKey } from './key';
import type { AssessmentPolicy } from './policy';

/** `unopened`: no event yet. `provisional`: closed without its end. Holds are told apart from it: `activeHolds`. */
type SessionStatus = 'unopened' | 'open' | 'provisional' | 'closed';

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
  readonly progress: Progress;
  readonly assessment: Assessment | undefined;
  /** How many statements the last assessment knew. */
  readonly assessed: number;
  readonly bound: EndBound | undefined;
  readonly holds: HoldBook;
}

/** A session of which nothing is known yet. */
export function unopened(key: SessionKey): Session {
  return {
    key,
    status: 'unopened',
    events: 0,
    kept: KeptStatements.none,
    progress: { hasStarted: false, hasEnded: false, numbered: 0, seqNoMin: 0, seqNoMax: -1, receivedAt: undefined },
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
      return {
        ...session,
        ...counted,
        kept: session.kept.with({
          statement: event.statement,
          origin: event.origin,
          verdict: verdictOf(session, event),
          revision: session.events,
        }),
        progress: progressAfter(session, event.statement),
      };
    case 'SessionClosed':
    case 'SessionAmended':
      return {
        ...session,
        ...counted,
        status: event.assessment.hasEnd ? 'closed' : 'provisional',
        assessment: event.assessment,
        assessed: session.kept.size,
        bound: event.bound ?? session.bound,
      };
    case 'SessionHeld':
    case 'SessionReleased':
      return { ...session, ...counted };
  }
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

function progressAfter(session: Session, statement: Statement): Progress {
  const { progress } = session;
  const { kind, receivedAt } = statement;
  const isLatest = progress.receivedAt === undefined || receivedAt > progress.receivedAt;
  return {
    hasStarted: progress.hasStarted || kind === 'started',
    hasEnded: progress.hasEnded || kind === 'ended',
    ...numbersAfter(session, statement),
    receivedAt: isLatest ? receivedAt : progress.receivedAt,
  };
}

function numbersAfter(
  { progress, kept }: Session,
  { seqNo, identity }: Statement,
): Pick<Progress, 'numbered' | 'seqNoMin' | 'seqNoMax'> {
  const { numbered, seqNoMin, seqNoMax } = progress;
  if (seqNo === undefined || kept.has(identity)) return { numbered, seqNoMin, seqNoMax };
  if (numbered === 0) return { numbered: 1, seqNoMin: seqNo, seqNoMax: seqNo };
  return { numbered: numbered + 1, seqNoMin: Math.min(seqNo, seqNoMin), seqNoMax: Math.max(seqNo, seqNoMax) };
}
