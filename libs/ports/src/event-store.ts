import type { CanonicalText, Instant } from '@ledger/units';

/** An event to append. Its data and metadata are canonical bytes already; the store keeps them as they are. */
export interface NewEvent {
  /** A UUID in lower case; the same cause gives the same id (`audit.md`, section 2). */
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

/** The append is larger than APPEND_EVENTS_MAX or APPEND_BYTES_MAX; nothing was written. Split it. */
export class AppendTooLarge extends Error {
  readonly code = 'append-too-large';
}

/**
 * What one follower gets. `caughtUp` turns true with the first batch that reaches the end of what is stored. A batch may
 * hold no events: then only the position moved on, or the end was reached with nothing to tell.
 */
export interface FollowedBatch {
  readonly events: readonly RecordedEvent[];
  /**
   * The position up to which everything was considered, matching or not: the checkpoint to store. Never less than `after`;
   * 0 where nothing was stored at all, and following after 0 misses nothing.
   */
  readonly position: bigint;
  readonly caughtUp: boolean;
}

/** A running follower. `ended` settles when it was stopped and rejects when it can not go on. */
export interface Following {
  /** Takes no further batch and resolves when the handler is done with the one in hand; so never await it inside one. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

/** An event by which a follower knows the store again: where it lay, and which one it was. */
export interface EventMark {
  readonly position: bigint;
  readonly id: string;
}

/**
 * The store does not hold what was followed already: it was restored from a copy, or another one stands in its place. What was made
 * of the events that are gone must not go on as if they were there.
 */
export class StoreRolledBack extends Error {
  readonly code = 'store-rolled-back';
  constructor(
    readonly position: bigint,
    found: string,
  ) {
    super(
      `the store is not the one that was followed: at position ${position} it has ${found}. Was it restored from a copy? ` +
        'See "Restore" in deploy/runbook.md: what was made of its events has to be made anew',
    );
  }
}

/** Where and how to follow the global order. */
export interface FollowOptions {
  /** Only events of streams that begin with one of these. */
  readonly prefixes: readonly string[];
  /** The last position that was handled; `none` begins at the first event. */
  readonly after: bigint | 'none';
  /**
   * The last event that was handled, at `after` or before it. A store that does not hold this very event there was rolled back:
   * StoreRolledBack, before anything is handed over.
   */
  readonly mark?: EventMark;
  /** Most events of a batch; FOLLOW_BATCH_MAX unless told. A store may hand over fewer, to bound the bytes. */
  readonly batchMax?: number;
}

/** Append-only streams of facts. Every adapter passes `eventStoreContract`. */
export interface EventStore {
  /**
   * Appends all or nothing, durably, and returns the revision of the last event of `events`.
   * An append whose ids are, in order, those already stored after `expected` succeeds again, however much was appended
   * since, and writes nothing; so does a prefix of an earlier append. Only ids are compared, never content. When a later id
   * differs or lies beyond the end, it is a conflict as a whole.
   * @throws RevisionConflict, OutcomeUnknown, StoreUnavailable, AppendTooLarge; RangeError for no events, a name that is
   *   empty or not well-formed, or an id that is no UUID in lower case (a defect of the caller)
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<bigint>;
  /** Yields the stream in order from a revision on; nothing for a stream that was never written. */
  read(stream: string, options?: { readonly from?: bigint; readonly max?: number }): AsyncIterable<RecordedEvent>;
  /**
   * Yields the events of all streams with one of the prefixes in global order, up to the present end. The last batch is
   * caught up, and there always is one.
   */
  readAll(options: FollowOptions): AsyncIterable<FollowedBatch>;
  /**
   * Hands over batches in global order, first the stored ones, then new ones as they come. The next batch follows when the
   * handler's promise is fulfilled; when it rejects, the follower ends with that error. One batch that is caught up always
   * comes, also where nothing is stored. Events are handed over once they are durable.
   */
  follow(options: FollowOptions, onBatch: (batch: FollowedBatch) => Promise<void>): Following;
  /** Tells whether the store answers. */
  isReachable(): Promise<boolean>;
  /** Stops the followers, lets appends in hand finish and closes; later calls are refused with StoreUnavailable. */
  close(): Promise<void>;
}

/** Most events and bytes of one append: the smallest limit of the engines, with room (`libraries.md`, 1.5). */
export const APPEND_EVENTS_MAX = 500;
export const APPEND_BYTES_MAX = 512 * 1024;

/** Events of a followed batch, unless the follower asks for another number. */
export const FOLLOW_BATCH_MAX = 500;

/** The bytes that an event counts against APPEND_BYTES_MAX: type, data and metadata in UTF-8. */
export function eventBytes(event: NewEvent): number {
  return Buffer.byteLength(event.type) + Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata);
}
