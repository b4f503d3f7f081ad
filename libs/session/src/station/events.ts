import type { Statement } from '@ledger/meter';
import type { DecimalText, Instant } from '@ledger/units';
import type { Origin } from '../events';

/** A transaction runs on a connector. A later one for the same session adds what was not known before. */
export interface TransactionBound {
  readonly type: 'TransactionBound';
  readonly session: string;
  readonly transaction: string;
  readonly evse?: string;
  readonly connector?: string;
  readonly startedAt?: Instant;
  /** Register in Wh at the start: it bounds the session before on the connector, should that lack its stop. */
  readonly registerWh?: DecimalText;
  /** Identity of the start, and the message ids under which it was sent (OCPP 1.6). */
  readonly start?: string;
  readonly calls?: readonly string[];
  /** Start and transaction were joined by connector and time, or without any answer of the back end. */
  readonly isInferred?: boolean;
}

/** The transaction is known under another id too: the back end answered its start twice, or the station names both. */
interface TransactionAliased {
  readonly type: 'TransactionAliased';
  readonly session: string;
  readonly alias: string;
}

/** The transaction ended. */
interface TransactionEnded {
  readonly type: 'TransactionEnded';
  readonly session: string;
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

/** The back end's answer came before the start that it answers. */
interface StartAnswered {
  readonly type: 'StartAnswered';
  readonly call: string;
  readonly transaction: string;
}

/** A start was sent again under another message id. */
interface StartRepeated {
  readonly type: 'StartRepeated';
  readonly start: string;
  readonly call: string;
}

/** A statement that belongs to no known session, kept until one claims it, or for ever. */
interface StatementKept {
  readonly type: 'StatementKept';
  readonly statement: Statement;
  readonly origin?: Origin;
}

/** A statement without transaction found its session, in whose stream it lies; the same one again goes there too. */
export interface StatementAttributed {
  readonly type: 'StatementAttributed';
  readonly session: string;
  readonly transaction: string;
  readonly identity: string;
  readonly digest: string;
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
  | StatementAttributed;
