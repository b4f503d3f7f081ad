import type { Statement } from '@ledger/meter';
import type { DecimalText, Digest, Instant } from '@ledger/units';
import type { Assessment, Hold } from './assessment';

/** Where a message stood on the feed, as `partition/offset`: the very same record delivered again is recognised by it. */
export type Origin = string;

/** The one answer that every message gets (`architecture.md`, Statements); `quarantined` is given before a session is known. */
export type Verdict = 'recorded' | 'duplicate' | 'conflicting' | 'late' | 'inferred';

/** What the start of the next transaction on the connector says about the stop that never came. */
export interface EndBound {
  /** The start of the next transaction. */
  readonly at: Instant;
  /** The register in Wh that the next start stated. */
  readonly registerWh?: DecimalText;
}

/** The first statement of a transaction came; of a void session, the first one again. */
interface SessionOpened {
  readonly type: 'SessionOpened';
  readonly session: string;
  readonly tenant: string;
  readonly station: string;
  readonly evse?: string;
  readonly connector?: string;
  readonly transaction: string;
}

/** A statement was kept. `isInferred` tells that its transaction was found by connector and time. */
export interface StatementRecorded {
  readonly type: 'StatementRecorded';
  readonly statement: Statement;
  readonly origin?: Origin;
  readonly isInferred?: boolean;
}

/** A statement came whose identity is held with another content. Both are kept; the session is held. */
export interface StatementConflicted {
  readonly type: 'StatementConflicted';
  readonly statement: Statement;
  readonly digestHeld: Digest;
  readonly origin?: Origin;
}

/** A copy of a held statement came that had been received before the one that is held: where a clock is unusable, that counts. */
interface StatementReceivedEarlier {
  readonly type: 'StatementReceivedEarlier';
  readonly identity: string;
  readonly digest: Digest;
  readonly receivedAt: Instant;
}

/** A statement that a session held and that belongs elsewhere. */
export interface Withdrawn {
  readonly identity: string;
  readonly digest: Digest;
  /** The session to which it was given; absent while none is known for it. */
  readonly to?: string;
}

/** What a session's remaining statements tell whoever does not keep them. */
export interface Remaining {
  readonly statements: number;
  readonly firstAt: Instant;
  readonly lastReceivedAt: Instant;
  readonly hasEnded: boolean;
  /** Ids by which the statements call the transaction. */
  readonly names: readonly string[];
  readonly evse?: string;
  readonly connector?: string;
  readonly subject?: string;
  readonly tokenGroup?: string;
  readonly tokenAt?: Instant;
}

/**
 * Earlier evidence came, by which statements belong to other sessions: they were recorded there first. They stay in this stream
 * and count no more. Without `remaining` nothing is left, and the session is void.
 */
interface StatementsWithdrawn {
  readonly type: 'StatementsWithdrawn';
  readonly statements: readonly Withdrawn[];
  readonly remaining?: Remaining;
}

/** The session was closed. `isProvisional`: without its end, after silence or because the next one began (`bound`). */
interface SessionClosed {
  readonly type: 'SessionClosed';
  readonly assessment: Assessment;
  readonly isProvisional: boolean;
  readonly bound?: EndBound;
}

/** Why a closed session was assessed anew. */
export type AmendmentCause = 'late-statement' | 'conflicting-statement' | 'next-session' | 'statement-withdrawn';

/** Evidence after the close changed the assessment. */
interface SessionAmended {
  readonly type: 'SessionAmended';
  readonly assessment: Assessment;
  readonly cause: AmendmentCause;
  readonly bound?: EndBound;
  /** The next transaction that bounded the end was none. */
  readonly isUnbounded?: boolean;
}

/** The holds from outside the statements that apply from now on; an empty list takes the earlier ones back. */
interface SessionHeld {
  readonly type: 'SessionHeld';
  readonly holds: readonly Hold[];
}

/** A person answered for the holds named in `rules`, or for all that were active. */
interface SessionReleased {
  readonly type: 'SessionReleased';
  readonly by: string;
  readonly reason: string;
  readonly rules?: readonly string[];
}

/** Every fact a `session-*` stream can hold. The types and fields are the storage format: never renamed, never removed. */
export type SessionEvent =
  | SessionOpened
  | StatementRecorded
  | StatementConflicted
  | StatementReceivedEarlier
  | StatementsWithdrawn
  | SessionClosed
  | SessionAmended
  | SessionHeld
  | SessionReleased;
