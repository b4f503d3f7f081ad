import type { Instant } from '@ledger/units';

/** The topics of `interfaces.md`, section 3. */
export type FeedTopic = 'gateway-messages' | 'meter-events' | 'meter-receipts' | 'meter-quarantine';

/** A message to publish. Messages with the same key stay in order. */
export interface FeedMessage {
  readonly key: string | null;
  readonly value: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A message as consumed. */
export interface FeedRecord {
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly publishedAt: Instant;
}

/** Consecutive records of one partition. */
export interface FeedBatch {
  readonly topic: FeedTopic;
  readonly partition: number;
  readonly records: readonly FeedRecord[];
  /** Offsets between the last committed one and the first record were never delivered: they are lost. */
  readonly missing: bigint;
  /** Stores that everything up to and including this offset was handled. */
  commitThrough(offset: bigint): Promise<void>;
  /** Tells the broker that the consumer lives; call it between long steps. Throws when the partition was taken away. */
  heartbeat(): Promise<void>;
  /** True once the partition was given away or the consumer stops: end early, commit nothing more. */
  isStale(): boolean;
}

/** A running consumer. `ended` settles when it was stopped and rejects when it died. */
export interface Consumption {
  /** Stops fetching, lets the batch in hand finish, gives the partitions back. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

/** Who consumes what. */
export interface ConsumeOptions {
  readonly topic: FeedTopic;
  /** Each group gets every record at least once; its members share the partitions. */
  readonly group: string;
  readonly batchMax?: number;
}

/** The broker did not take the messages in time; some may be published. Publishing again is harmless. */
export class FeedUnavailable extends Error {
  readonly code = 'feed-unavailable';
}

/** The feed takes no more for now: try again later. */
export class FeedFull extends Error {
  readonly code = 'feed-full';
}

/** Carries messages from ingestion to the ledger. Every adapter passes `meterFeedContract`. */
export interface MeterFeed {
  /** Publishes in order and returns when all messages are durable. @throws FeedUnavailable, FeedFull */
  publish(topic: FeedTopic, messages: readonly FeedMessage[]): Promise<void>;
  /**
   * Hands over batches at least once, in order per partition, one at a time per partition, from the group's last commit
   * (a new group begins at the first record kept). A handler that rejects ends the consumer.
   */
  consume(options: ConsumeOptions, onBatch: (batch: FeedBatch) => Promise<void>): Consumption;
  /** Records of all partitions that the group has not committed yet. */
  lag(topic: FeedTopic, group: string): Promise<bigint>;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}
