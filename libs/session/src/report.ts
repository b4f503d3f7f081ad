import type { Statement } from '@ledger/meter';
import { canon } from '@ledger/units';
import type { AmendmentCause, Origin, Remaining, SessionEvent, Verdict, Withdrawn } from './events';
import type { Kept } from './kept-statements';
import type { AssessmentPolicy } from './policy';
import { assessmentOf, evolve, isClosed, type Session } from './session';

/** What came of a statement: its verdict, the events to append (perhaps none), and where the statement stands in the stream. */
export interface Decision {
  readonly verdict: Verdict;
  readonly events: readonly SessionEvent[];
  /** Revision of the event that holds the statement. */
  readonly revision: number;
}

/** How a statement came. */
export interface Arrival {
  readonly origin?: Origin;
  /** Its transaction was found by connector and time. */
  readonly isInferred?: boolean;
  readonly policy?: AssessmentPolicy;
}

/**
 * Decides what a statement means here, and closes or amends the session in the same decision when that follows.
 * Idempotent: the very same feed record again gets its first verdict and adds nothing; the same content again is a duplicate.
 */
export function report(statement: Statement, session: Session, arrival: Arrival = {}): Decision {
  const received = receive(statement, session, arrival);
  const settled = settle(received.events.reduce(evolve, session), arrival.policy);
  return { ...received, events: [...received.events, ...settled] };
}

/**
 * The first half of `report`: keeps the statement and nothing more. Whoever folds many statements of one session at once
 * calls it for each, then `settle` once, and appends all events together.
 */
export function receive(statement: Statement, session: Session, arrival: Arrival = {}): Decision {
  const latest = session.kept.latest(statement.identity);
  const from = arrival.origin === undefined ? {} : { origin: arrival.origin };
  if (latest !== undefined) {
    const held = [...session.kept.of(statement.identity)];
    const same = held.find((kept) => kept.statement.digest === statement.digest);
    if (same !== undefined) return repeated(same, statement, arrival.origin);
    const digestHeld = latest.statement.digest;
    const conflicted: SessionEvent = { type: 'StatementConflicted', statement, digestHeld, ...from };
    return { verdict: 'conflicting', events: [conflicted], revision: session.events };
  }
  const inferred = arrival.isInferred === true ? { isInferred: true } : {};
  const recorded: SessionEvent = { type: 'StatementRecorded', statement, ...from, ...inferred };
  const events = session.kept.size === 0 ? [opened(session, statement), recorded] : [recorded];
  return { verdict: newVerdict(session, arrival), events, revision: session.events + events.length - 1 };
}

function newVerdict(session: Session, arrival: Arrival): Verdict {
  if (isClosed(session)) return 'late';
  return arrival.isInferred === true ? 'inferred' : 'recorded';
}

/**
 * The second half of `report`: closes a session whose end was seen and to which nothing is missing; amends a closed one
 * that knows more than its last assessment. No events when neither applies.
 */
export function settle(session: Session, policy?: AssessmentPolicy): readonly SessionEvent[] {
  if (isClosed(session)) return amendment(session, policy);
  if (session.kept.size === 0 || !mayBeComplete(session)) return [];
  const assessment = assessmentOf(session, policy);
  if (!assessment.hasStart || !assessment.hasEnd || assessment.gaps.length > 0) return [];
  return [{ type: 'SessionClosed', assessment, isProvisional: false }];
}

function amendment(session: Session, policy: AssessmentPolicy | undefined): readonly SessionEvent[] {
  if (session.kept.size === session.assessed) return [];
  const assessment = assessmentOf(session, policy);
  if (session.assessment !== undefined && canon(assessment) === canon(session.assessment)) return [];
  return [{ type: 'SessionAmended', assessment, cause: causeOf(session) }];
}

function causeOf(session: Session): AmendmentCause {
  if (session.withdrawn.length > 0 && session.assessed < 0) return 'statement-withdrawn';
  let count = 0;
  for (const { identity } of session.kept.statements()) {
    count += 1;
    if (count > session.assessed && hasSeveral(session, identity)) return 'conflicting-statement';
  }
  return 'late-statement';
}

function hasSeveral(session: Session, identity: string): boolean {
  return [...session.kept.of(identity)].length > 1;
}

function mayBeComplete({ progress }: Session): boolean {
  const { hasStarted, hasEnded, numbered, seqNoMin, seqNoMax } = progress;
  return hasStarted && hasEnded && numbered >= (numbered === 0 ? 0 : seqNoMax - seqNoMin + 1);
}

function repeated(kept: Kept, { identity, digest, receivedAt }: Statement, origin: Origin | undefined): Decision {
  const isSameRecord = origin !== undefined && kept.origin === origin;
  const isEarlier = receivedAt < kept.statement.receivedAt;
  const earlier: SessionEvent = { type: 'StatementReceivedEarlier', identity, digest, receivedAt };
  return {
    verdict: isSameRecord ? kept.verdict : 'duplicate',
    events: isEarlier ? [earlier] : [],
    revision: kept.revision,
  };
}

function opened(session: Session, statement: Statement): SessionEvent {
  const { evse, connector } = statement;
  return {
    type: 'SessionOpened',
    ...session.key,
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
  };
}

/** Takes statements out that belong to other sessions. No event when none of them is here any more. */
export function withdraw(session: Session, statements: readonly Withdrawn[]): readonly SessionEvent[] {
  const held = statements.filter(({ identity, digest }) =>
    [...session.kept.of(identity)].some(({ statement }) => statement.digest === digest),
  );
  if (held.length === 0) return [];
  const goes = new Set(held.map(({ identity, digest }) => `${identity}\n${digest}`));
  const left = session.kept.without(({ statement }) => goes.has(`${statement.identity}\n${statement.digest}`));
  const remaining = left.size === 0 ? {} : { remaining: remainingOf([...left.statements()]) };
  return [{ type: 'StatementsWithdrawn', statements: held, ...remaining }];
}

function remainingOf(statements: readonly Statement[]): Remaining {
  const times = statements.map(({ at }) => at).sort();
  const receipts = statements.map(({ receivedAt }) => receivedAt).sort();
  const [first] = times;
  const last = receipts.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('nothing remains');
  const evse = statements.find((one) => one.evse !== undefined)?.evse;
  const connector = statements.find((one) => one.connector !== undefined)?.connector;
  return {
    statements: statements.length,
    firstAt: first,
    lastReceivedAt: last,
    hasEnded: statements.some(({ kind }) => kind === 'ended'),
    names: [...new Set(statements.flatMap(namesIn))].sort(),
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
    ...tokenOf(statements),
  };
}

function namesIn({ transaction, aliases = [] }: Statement): readonly string[] {
  return transaction === undefined ? aliases : [transaction, ...aliases];
}

/** The token of the earliest statement that has one; at the same moment the lower group counts. */
function tokenOf(statements: readonly Statement[]): Pick<Remaining, 'subject' | 'tokenGroup' | 'tokenAt'> {
  const rank = ({ at, token }: Statement): string => `${at} ${token?.group ?? ''}`;
  const [first] = statements
    .filter(({ token }) => token !== undefined)
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  if (first?.token === undefined) return {};
  const { subject, group } = first.token;
  return { subject, tokenAt: first.at, ...(group === undefined ? {} : { tokenGroup: group }) };
}
