import type { DecimalText, Digest, Instant } from '@ledger/units';

/** What a statement says happened to its transaction. */
export type StatementKind = 'started' | 'updated' | 'ended' | 'reading' | 'status' | 'cost';

/** OCPP 2.0.1, ChargingStateEnumType, in the spelling of the ledger's wire. */
export type ChargingState = 'charging' | 'ev-connected' | 'suspended-ev' | 'suspended-evse' | 'idle';

/** OCPP ReadingContext. */
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
  readonly sealed: SealedField;
}

/**
 * One measured value in its base unit: Wh, W, A, V, Percent, Celsius, varh, var, VA, Hz. `value` is exact decimal text
 * with the unit and its power of ten applied.
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
  readonly stopReason?: string;
  /** The register in Wh that a 1.6 start or stop states (`meterStart`, `meterStop`). */
  readonly register?: DecimalText;
  readonly readings: readonly Reading[];
  readonly token?: SealedToken;
  readonly cost?: CostEvidence;
  /** Other ids under which the station or gateway knows the transaction. */
  readonly aliases?: readonly string[];
  /** What makes it "the same statement" (`architecture.md`, Statements). */
  readonly identity: string;
  /** SHA-256 over what the statement says, without the times, ids and seals that a retry changes. */
  readonly digest: Digest;
}

/** Something personal that still has to be sealed before it may leave ingestion. */
export interface ClearToken {
  readonly type: string;
  readonly id: string;
}
