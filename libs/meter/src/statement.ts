import type { DecimalText, Digest, Instant } from '@ledger/units';

/** What a statement says happened to its transaction. */
export type StatementKind = 'started' | 'updated' | 'ended' | 'reading' | 'status' | 'cost';

/** OCPP 2.0.1, ChargingStateEnumType, in the spelling of the ledger's wire. */
export type ChargingState = 'charging' | 'ev-connected' | 'suspended-ev' | 'suspended-evse' | 'idle';

/** OCPP ReadingContext (1.6, 7.31; 2.0.1, ReadingContextEnumType). */
export type ReadingContext =
  | 'Interruption.Begin'
  | 'Interruption.End'
  | 'Other'
  | 'Sample.Clock'
  | 'Sample.Periodic'
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Trigger';

/** A personal value in its sealed form (`audit.md`, section 7): only the holder of the subject's key can read it. */
export interface SealedField {
  readonly alg: 'A256GCM+HKDF-S256';
  readonly kid: string;
  readonly iv: string;
  readonly ct: string;
  readonly kc: string;
}

/** Who charged: a random subject id, and the token as it came, sealed. */
export interface SealedToken {
  readonly subject: string;
  readonly type: string;
  /** The group the token belongs to (OCPI Token `group_id`), by which a tariff may be assigned. Not personal. */
  readonly group?: string;
  readonly sealed: SealedField;
}

/**
 * One measured value in its base unit: Wh, W, A, V, Percent, Celsius, varh, var, VA, Hz. `value` is exact decimal text
 * with the unit and its power of ten applied. Without a phase it is the total; without a location it was measured at the
 * outlet (OCPP's default).
 */
export interface MeteredValue {
  readonly measurand: string;
  readonly value: DecimalText;
  readonly unit: string;
  readonly phase?: string;
  readonly location?: string;
}

/** A signed meter record exactly as received, sealed; the digest is keyed, so it tells records apart and nothing else. */
export interface SignedRecord {
  readonly format: string;
  readonly encoding: string;
  readonly publicKey?: string;
  readonly keyedDigest: string;
  readonly sealed: SealedField;
}

/** What one meter showed at one moment. */
export interface Reading {
  readonly at: Instant;
  readonly context: ReadingContext;
  readonly values: readonly MeteredValue[];
  readonly signed?: SignedRecord;
}

/** Totals a station computed itself (OCPP 2.1, CostDetailsType); evidence only, never billed. Amounts are decimal text. */
export type CostEvidence = Readonly<Record<string, string>>;

/** The back end's answer to an OCPP 1.6 start: the only place that tells the transaction id (OCPP 1.6, 4.8). */
export interface StartAnswer {
  /** The OCPP message id of the start that is answered: `call` of that statement. */
  readonly call: string;
  readonly transaction: string;
  /** OCPP 1.6 AuthorizationStatus: `Accepted`, `Blocked`, `Expired`, `Invalid`, `ConcurrentTx`. */
  readonly tokenStatus?: string;
}

/**
 * One canonical meter event: what a station says about a transaction. Everything else in the ledger follows from sets of
 * these. `at` is the device's time, `receivedAt` ours; nothing that reaches money reads `receivedAt`.
 */
export interface Statement {
  readonly v: 1;
  readonly tenant: string;
  readonly gateway: string;
  /** The producer's id of the message; a retry may carry a new one. */
  readonly messageId: string;
  readonly station: string;
  readonly evse?: string;
  readonly connector?: string;
  readonly transaction?: string;
  readonly kind: StatementKind;
  readonly at: Instant;
  readonly receivedAt: Instant;
  readonly seqNo?: number;
  readonly offline?: boolean;
  readonly trigger?: string;
  readonly chargingState?: ChargingState;
  /** What the connector reports about itself, in the word of OCPP: `Available`, `Preparing`, `Occupied`, `Faulted` … */
  readonly connectorStatus?: string;
  readonly stopReason?: string;
  /** The register in Wh that a 1.6 start or stop states (`meterStart`, `meterStop`). */
  readonly register?: DecimalText;
  readonly readings: readonly Reading[];
  readonly token?: SealedToken;
  readonly cost?: CostEvidence;
  /** Other ids under which the station or gateway knows the transaction. */
  readonly aliases?: readonly string[];
  /** The transaction id as sent where it names none (0, -1); `transaction` is then absent. */
  readonly placeholder?: string;
  /** The OCPP 1.6 message id of a start; the statement whose `answer.call` is the same tells its transaction. */
  readonly call?: string;
  /** Only on a statement that is the back end's answer to a start; it says nothing else. */
  readonly answer?: StartAnswer;
  /** What makes it "the same statement" (`architecture.md`, Statements). */
  readonly identity: string;
  /** SHA-256 over what the statement says, without the times, ids and seals that a retry changes. */
  readonly digest: Digest;
}

/** Something personal that still has to be sealed before it may leave ingestion. */
export interface ClearToken {
  readonly type: string;
  readonly id: string;
  readonly group?: string;
}
