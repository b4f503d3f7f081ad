import type { Instant } from '@ledger/units';
import type { RefusalCode } from './refusal';
import type { ClearToken, Reading, Statement } from './statement';

/** A signed meter record exactly as received. It holds the token, so it must be sealed before it leaves ingestion. */
export interface ClearSignedRecord {
  readonly format: string;
  readonly encoding: string;
  readonly publicKey?: string;
  readonly data: string;
  /** JSON pointer of the record in the statement, for the seal (`audit.md`, section 7). */
  readonly pointer: string;
}

/** A reading whose signed record is still clear. */
export interface DraftReading extends Omit<Reading, 'signed'> {
  readonly signed?: ClearSignedRecord;
}

/** What makes the statement "the same" on a retry; `identity.ts` has the keys. */
export type IdentityBasis = 'seq' | 'start' | 'stop' | 'sample' | 'status' | 'answer' | 'message';

/** A statement before its personal values are sealed. It must not be published, stored or logged. */
export interface StatementDraft extends Omit<Statement, 'readings' | 'token' | 'identity' | 'digest'> {
  readonly readings: readonly DraftReading[];
  readonly clearToken?: ClearToken;
  readonly identifiedBy: IdentityBasis;
}

/** JSON pointer of the token in the statement, for its seal. */
export const TOKEN_POINTER = '/token';

/** Who delivers and when it reached us. `gateway` is given when the caller is authenticated; `source` must then name it. */
export interface ReadContext {
  readonly tenant: string;
  readonly gateway?: string;
  readonly receivedAt: Instant;
}

/** The names by which a message is answered; absent where the message does not tell them. */
export interface MessageNames {
  readonly id?: string;
  readonly gateway?: string;
  readonly station?: string;
}

/** What became of a message. */
export type ReadOutcome =
  | ({ readonly status: 'read'; readonly drafts: readonly StatementDraft[] } & MessageNames)
  /** Understood, and nothing in it concerns a meter or a transaction: heartbeats, answers, errors. */
  | ({ readonly status: 'no-fact'; readonly because: string } & MessageNames)
  | ({
      readonly status: 'refused';
      readonly code: RefusalCode;
      readonly reason: string;
      /** JSON pointer of the place in the message. */
      readonly pointer?: string;
    } & MessageNames);

/** The clear signed records of a draft, in the order in which `completeStatement` wants them back sealed. */
export function signedRecordsOf(draft: StatementDraft): readonly ClearSignedRecord[] {
  return draft.readings.flatMap(({ signed }) => (signed === undefined ? [] : [signed]));
}
