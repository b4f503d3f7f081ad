import { canon } from '@ledger/units';
import type { CanonicalText, Instant } from '@ledger/units';
import type { SealedField } from '@ledger/meter';

/** What the ledger made of a message (`architecture.md`, Statements, identity, verdicts). */
export type Verdict = 'recorded' | 'duplicate' | 'conflicting' | 'late' | 'inferred' | 'quarantined' | 'no-fact';

/** The answer to one delivery of one message, as published on `meter-receipts`. */
export interface Receipt {
  readonly tenant: string;
  readonly gateway: string;
  /** The producer's message id. */
  readonly id: string;
  readonly verdict: Verdict;
  readonly session?: string;
  /** Revision of the fact in the session's stream, as decimal text. */
  readonly revision?: string;
  readonly code?: string;
  readonly reason?: string;
  readonly receivedAt: Instant;
  /** When the verdict was given. */
  readonly at: Instant;
  /** Tells deliveries of one message apart: partition and offset, or the quarantine id. */
  readonly delivery: string;
}

/** A message that could not be understood: whole, sealed, with the reason. */
export interface Quarantined {
  readonly id: string;
  readonly tenant: string;
  readonly gateway: string;
  readonly message: string;
  readonly code: string;
  readonly reason: string;
  readonly pointer?: string;
  readonly receivedAt: Instant;
  readonly status: 'kept' | 'accepted';
  /** Bytes of the message as it came. */
  readonly bytes: number;
  /** True when more came than is kept; only for lines over the size limit. */
  readonly isCut: boolean;
  /** The source id that the seal is bound to. */
  readonly source: string;
  readonly sealed: SealedField;
  /** The headers that came beside it, sealed as one JSON object; only where they are not in the message itself. */
  readonly sealedHeaders?: SealedField;
}

/** Canonical text of a receipt. */
export function writeReceipt(receipt: Receipt): CanonicalText {
  return canon(receipt);
}

/** Canonical text of a quarantined message. */
export function writeQuarantined(message: Quarantined): CanonicalText {
  return canon(message);
}

/** The bytes on a topic of ours are not what we write: somebody else publishes there. */
export class UnreadableMessage extends Error {
  readonly code = 'unreadable-message';
}

/** Reads a receipt back. @throws UnreadableMessage */
export function readReceipt(bytes: Uint8Array): Receipt {
  const value = record(bytes);
  if (!hasTexts(value, ['tenant', 'gateway', 'id', 'verdict', 'receivedAt', 'at', 'delivery'])) {
    throw new UnreadableMessage('a receipt lacks a field');
  }
  return value as unknown as Receipt;
}

/** Reads a quarantined message back. @throws UnreadableMessage */
export function readQuarantined(bytes: Uint8Array): Quarantined {
  const value = record(bytes);
  if (!hasTexts(value, ['id', 'tenant', 'gateway', 'message', 'code', 'reason', 'receivedAt', 'status', 'source'])) {
    throw new UnreadableMessage('a quarantined message lacks a field');
  }
  return value as unknown as Quarantined;
}

function record(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    if (isRecord(value)) return value;
  } catch (error) {
    throw new UnreadableMessage('the message is not JSON', { cause: error });
  }
  throw new UnreadableMessage('the message is not a JSON object');
}

function hasTexts(value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return keys.every((key) => typeof value[key] === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
