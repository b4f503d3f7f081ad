import type { Statement, StatementKind } from '@ledger/meter';
import type { DecimalText, Instant } from '@ledger/units';
import type { Origin } from '../events';

/**
 * What began a transaction was heard of: its start, or the earliest statement that names it while its start is unknown. Which
 * session that makes follows from all that the station knows; `session` is the one it made when this was appended.
 */
export interface TransactionBound {
  readonly type: 'TransactionBound';
  readonly session: string;
  readonly transaction: string;
  readonly evse?: string;
  readonly connector?: string;
  readonly startedAt?: Instant;
  /** Device time of the statement, where that is no start. */
  readonly seenAt?: Instant;
  /** Register in Wh at the start: it bounds the session before on the connector, should that lack its stop. */
  readonly registerWh?: DecimalText;
  /** Identity of the start, and the message ids under which it was sent (OCPP 1.6). */
  readonly start?: string;
  readonly calls?: readonly string[];
  /** Nobody answered the start in time: it has a session of its own until somebody does. */
  readonly isInferred?: boolean;
}

/** The transaction is known under another id too. No longer written: answers tell it. */
interface TransactionAliased {
  readonly type: 'TransactionAliased';
  readonly session: string;
  readonly alias: string;
}

/** An end named the transaction. */
interface TransactionEnded {
  readonly type: 'TransactionEnded';
  readonly session: string;
  readonly transaction?: string;
  readonly at: Instant;
}

/** What the assessment found, for the continuity of the connector's meter. */
export interface RegisterNoted {
  readonly type: 'RegisterNoted';
  readonly session: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly registerStartWh?: DecimalText;
  readonly registerEndWh?: DecimalText;
}

/** The back end answered a start. */
interface StartAnswered {
  readonly type: 'StartAnswered';
  readonly call: string;
  readonly transaction: string;
  readonly at?: Instant;
}

/** A start was sent again under another message id. */
interface StartRepeated {
  readonly type: 'StartRepeated';
  readonly start: string;
  readonly call: string;
}

/** A statement that names no transaction and belongs to no known session, kept until one claims it, or for ever. */
interface StatementKept {
  readonly type: 'StatementKept';
  readonly statement: Statement;
  readonly origin?: Origin;
}

/** A statement without transaction found its session, or another one, in whose stream it lies. */
export interface StatementAttributed {
  readonly type: 'StatementAttributed';
  readonly session: string;
  readonly transaction: string;
  readonly identity: string;
  readonly digest: string;
  /** What decides where it belongs, so that it can be decided anew. */
  readonly kind?: StatementKind;
  readonly at?: Instant;
  readonly evse?: string;
  readonly connector?: string;
}

/** A statement without transaction belongs to no known session any more. It lies where it was recorded first. */
interface StatementDetached {
  readonly type: 'StatementDetached';
  readonly identity: string;
}

/** Every fact a `station-*` stream can hold. The types and fields are the storage format. */
export type StationEvent =
  | TransactionBound
  | TransactionAliased
  | TransactionEnded
  | RegisterNoted
  | StartAnswered
  | StartRepeated
  | StatementKept
  | StatementAttributed
  | StatementDetached;
