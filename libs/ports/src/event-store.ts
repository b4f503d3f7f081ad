import type { CanonicalText, Instant } from '@ledger/units';

/** An event to append. Its data and metadata are canonical bytes already; the store keeps them as they are. */
export interface NewEvent {
  /** A UUID; the same cause gives the same id (`audit.md`, section 2). */
  readonly id: string;
  readonly type: string;
  readonly data: CanonicalText;
  readonly metadata: CanonicalText;
}

/** An event as stored. `position` orders all events of all streams; a later event has a greater position. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly recordedAt: Instant;
}

/** Revision of the last event that the writer has seen, or `none` for a stream that it believes to be unwritten. */
export type ExpectedRevision = bigint | 'none';

/** The stream moved on: read it again and decide anew. Nothing was written. */
export class RevisionConflict extends Error {
  readonly code = 'revision-conflict';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`${stream}: expected revision ${expected}, found ${actual}`);
  }
}

/** The store did not answer in time or broke off: the events may be stored or not. Read the stream before deciding. */
export class OutcomeUnknown extends Error {
  readonly code = 'outcome-unknown';
  constructor(
    readonly stream: string,
    options?: ErrorOptions,
  ) {
    super(`${stream}: it is not known whether the append was stored`, options);
  }
}

/** The store cannot be reached or refuses to serve; nothing was written. */
export class StoreUnavailable extends Error {
  readonly code = 'store-unavailable';
}

/** The append is larger than the store takes; nothing was written. Split it. */
export class AppendTooLarge extends Error {
  readonly code = 'append-too-large';
}

/** What one follower gets. `caughtUp` turns true with the first batch that reaches the end of what is stored. */
export interface FollowedBatch {
  readonly events: readonly RecordedEvent[];
  /** The position up to which everything was considered, matching or not: the checkpoint to store. */
  readonly position: bigint;
  readonly caughtUp: boolean;
}

/** A running follower. `ended` settles when it was stopped and rejects when it can not go on. */
export interface Following {
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

/** Where and how to follow the global order. */
export interface FollowOptions {
  /** Only events of streams that begin with one of these. */
  readonly prefixes: readonly string[];
  /** The last position that was handled; `none` begins at the first event. */
  readonly after: bigint | 'none';
  readonly batchMax?: number;
}

/** Append-only streams of facts. Every adapter passes `eventStoreContract`. */
export interface EventStore {
  /**
   * Appends all or nothing, durably, and returns the revision of the last event of `events`.
   * An append whose ids are those already stored after `expected` succeeds again and writes nothing.
   * @throws RevisionConflict, OutcomeUnknown, StoreUnavailable, AppendTooLarge
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<bigint>;
  /** Yields the stream in order from a revision on; nothing for a stream that was never written. */
  read(stream: string, options?: { readonly from?: bigint; readonly max?: number }): AsyncIterable<RecordedEvent>;
  /** Yields the events of all streams with one of the prefixes in global order, up to the present end. */
  readAll(options: FollowOptions): AsyncIterable<FollowedBatch>;
  /**
   * Hands over batches in global order, first the stored ones, then new ones as they come. The next batch follows when the
   * handler's promise is fulfilled; when it rejects, the follower ends with that error.
   */
  follow(options: FollowOptions, onBatch: (batch: FollowedBatch) => Promise<void>): Following;
  /** Tells whether the store answers. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** Most events and bytes of one append: the smallest limit of the engines, with room (`libraries.md`, 1.5). */
export const APPEND_EVENTS_MAX = 500;
export const APPEND_BYTES_MAX = 512 * 1024;
