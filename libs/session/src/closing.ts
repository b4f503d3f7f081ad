import { canon, instantOf, millisOf, type Instant } from '@ledger/units';
import type { Hold } from './assessment';
import type { EndBound, SessionEvent } from './events';
import { activeHolds } from './holds';
import { CLOSING_POLICY, type AssessmentPolicy, type ClosingPolicy } from './policy';
import { assessmentOf, isClosed, type Session } from './session';

/** When it is asked, and by which policies. */
export interface Asked {
  readonly now: Instant;
  readonly policy?: ClosingPolicy;
  readonly assessmentPolicy?: AssessmentPolicy;
}

/**
 * Closes a session that does not close itself: its end was seen but something is missing and the grace period is over, or
 * it has been silent too long (then provisionally). No events before `dueAt`, or when it is closed already.
 */
export function close(
  session: Session,
  { now, policy = CLOSING_POLICY, assessmentPolicy }: Asked,
): readonly SessionEvent[] {
  const due = dueAt(session, policy);
  if (due === undefined || now < due) return [];
  const assessment = assessmentOf(session, assessmentPolicy);
  return [{ type: 'SessionClosed', assessment, isProvisional: !assessment.hasEnd }];
}

/** When the closer must look at the session again; undefined when nothing is to be done. Reads times of receipt: they decide when, never what. */
export function dueAt(session: Session, policy: ClosingPolicy = CLOSING_POLICY): Instant | undefined {
  const { receivedAt, hasEnded } = session.progress;
  if (session.status !== 'open' || receivedAt === undefined) return undefined;
  return instantOf(millisOf(receivedAt) + (hasEnded ? policy.graceMs : policy.silenceMs));
}

/**
 * The next transaction began on the connector: a session without its end is closed provisionally, or amended when it was
 * closed for its silence; the start of the next one bounds its end and its register. The bound that is asked last counts,
 * also where it is none any more.
 */
export function closeByNext(
  session: Session,
  bound: EndBound | undefined,
  policy?: AssessmentPolicy,
): readonly SessionEvent[] {
  if (session.kept.size === 0 || session.progress.hasEnded || isSameBound(bound, session.bound)) return [];
  const assessment = assessmentOf({ ...session, bound }, policy);
  if (session.status === 'open') {
    if (bound === undefined || bound.at < assessment.startedAt) return [];
    return [{ type: 'SessionClosed', assessment, isProvisional: true, bound }];
  }
  if (session.assessment !== undefined && canon(assessment) === canon(session.assessment)) return [];
  return [
    {
      type: 'SessionAmended',
      assessment,
      cause: 'next-session',
      ...(bound === undefined ? { isUnbounded: true } : { bound }),
    },
  ];
}

function isSameBound(bound: EndBound | undefined, known: EndBound | undefined): boolean {
  return bound?.at === known?.at && bound?.registerWh === known?.registerWh;
}

/** Sets the holds from outside the statements (`plausibility`) in place of the earlier ones. No event when nothing changes. */
export function hold(session: Session, holds: readonly Hold[]): readonly SessionEvent[] {
  if (session.kept.size === 0 || isSame(holds, session.holds.fromOutside)) return [];
  return [{ type: 'SessionHeld', holds }];
}

function isSame(one: readonly Hold[], other: readonly Hold[]): boolean {
  const known = new Set(other.map((held) => canon({ ...held })));
  return one.length === other.length && one.every((held) => known.has(canon({ ...held })));
}

/** A person answers for the session's holds, or for some rules. No event when none of them is active. */
export function release(
  session: Session,
  answer: { readonly by: string; readonly reason: string; readonly rules?: readonly string[] },
): readonly SessionEvent[] {
  const { by, reason, rules } = answer;
  const answered = activeHolds(session.holds).filter(({ rule }) => rules?.includes(rule) ?? true);
  if (answered.length === 0) return [];
  return [{ type: 'SessionReleased', by, reason, ...(rules === undefined ? {} : { rules }) }];
}

/** Whether the session may become money: closed with its end, metered, and nothing holds it. */
export function isBillable(session: Session): boolean {
  return isClosed(session) && session.assessment?.hasEnd === true && activeHolds(session.holds).length === 0;
}
