import type { Statement } from '@ledger/meter';
import { receive, settle, unopened, withdraw } from '@ledger/session';
import type { Assessment, Decision, SessionKey, Withdrawn } from '@ledger/session';
import { sessionStream } from '@ledger/units';
import type { Instant } from '@ledger/units';

import type { Causation } from './chained-append';
import type { Receipt } from './messages';
import type { SessionStreams } from './session-streams';

/** A statement with its place on the feed. */
export interface Delivered {
  readonly statement: Statement;
  /** Partition and offset, as `partition/offset`. */
  readonly origin: string;
}

/** A statement on its way into a session. */
export interface Reported {
  readonly statement: Statement;
  readonly origin: string | undefined;
  /** Its transaction was found by connector and time. */
  readonly isInferred: boolean;
  /** False for one that was answered when it came and only now found its session. */
  readonly isAnswered: boolean;
}

/** What folding into one session gave. */
export interface SessionFolded {
  readonly session: string;
  readonly receipts: readonly Receipt[];
  /** Of a closed session. */
  readonly assessment: Assessment | undefined;
}

/** What is to be done in one session. */
export interface SessionWork {
  readonly key: SessionKey;
  readonly reported: readonly Reported[];
  /** Statements that belong to other sessions by now. */
  readonly withdrawn: readonly Withdrawn[];
}

/** Folds statements into one session: each decided, others taken out, then the session closed or amended where that follows. */
export function foldSession(
  sessions: SessionStreams,
  { key, reported, withdrawn }: SessionWork,
  about: { readonly now: Instant; readonly cause: Causation },
): Promise<SessionFolded> {
  const { now } = about;
  return sessions.decide<SessionFolded>(sessionStream(key.session), (work) => {
    const receipts: Receipt[] = [];
    for (const { statement, origin, isInferred, isAnswered } of reported) {
      const state = work.state().status === 'unopened' ? unopened(key) : work.state();
      const decision = receive(statement, state, { isInferred, ...(origin === undefined ? {} : { origin }) });
      work.add(decision.events, causeOf(statement, origin, now));
      if (isAnswered) receipts.push(receiptOf(statement, origin, decision, { session: key.session, at: now }));
    }
    const last = reported.at(-1);
    const cause = last === undefined ? about.cause : causeOf(last.statement, last.origin, now);
    work.add(withdraw(work.state(), withdrawn), cause);
    work.add(settle(work.state()), cause);
    return { session: key.session, receipts, assessment: work.state().assessment };
  });
}

/** The metadata of what a statement led to. */
export function causeOf(
  { tenant, gateway, messageId }: Statement,
  origin: string | undefined,
  recordedAt: Instant,
): Causation {
  const causation = origin === undefined ? 'station-memory' : `meter-events/${origin}`;
  return { tenant, recordedAt, correlation: `${gateway}/${messageId}`, causation };
}

function receiptOf(
  statement: Statement,
  origin: string | undefined,
  { verdict, revision }: Decision,
  given: { readonly session: string; readonly at: Instant },
): Receipt {
  const { tenant, gateway, messageId, receivedAt } = statement;
  const delivery = origin ?? 'station-memory';
  const { at, session } = given;
  // In canonical order, so that it is written as it stands.
  return { at, delivery, gateway, id: messageId, receivedAt, revision: `${revision}`, session, tenant, verdict };
}
