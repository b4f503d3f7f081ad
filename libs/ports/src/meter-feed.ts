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
  /**
   * Why the feed cannot read what is stored here, such as records that unpack to more than may be. The value is what is stored, as it
   * is; the record may stand for several neighbours that were packed together. Absent otherwise.
   */
  readonly unreadable?: string;
}

/** Consecutive records of one partition. */
export interface FeedBatch {
  readonly topic: FeedTopic;
  readonly partition: number;
  readonly records: readonly FeedRecord[];
  /** Offsets between the last committed one and the first record were never delivered: they are lost. */
  readonly missing: bigint;
  /**
   * The offset that was to come next, when the log begins anew below it: the topic was made again or cut. What was lost with the
   * old log cannot be counted; what is kept comes from the beginning. Absent otherwise, and where an engine cannot lose its log.
   */
  readonly rewoundFrom?: bigint;
  /**
   * Stores that everything up to and including this offset was handled; the promise fulfils when that is durable. An offset
   * that is committed already changes nothing. @throws StaleBatch when the partition was given back or
   * another consumer holds it by now; RangeError for an offset that is not of this batch
   */
  commitThrough(offset: bigint): Promise<void>;
  /** Tells the broker that the consumer lives; call it between long steps. @throws StaleBatch when the partition was taken away */
  heartbeat(): Promise<void>;
  /** True once the partition is asked for by another consumer or this one stops: end early, commit only what is done. */
  isStale(): boolean;
}

/** A running consumer. `ended` settles when it was stopped and rejects when it died. */
export interface Consumption {
  /** Stops fetching, lets the batch in hand finish, gives the partitions back; so never await it inside a handler. */
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

/** Who consumes what. */
export interface ConsumeOptions {
  readonly topic: FeedTopic;
  /** Each group gets every record at least once; its members share the partitions. */
  readonly group: string;
  /** Most records of a batch; CONSUME_BATCH_MAX unless told. A feed may hand over fewer, to bound the bytes. */
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

/** A message is larger than MESSAGE_BYTES_MAX. Nothing of this call was published. */
export class MessageTooLarge extends Error {
  readonly code = 'message-too-large';
}

/** The partition of this batch belongs to another consumer now. Whoever has it gets the uncommitted records again. */
export class StaleBatch extends Error {
  readonly code = 'stale-batch';
}

/** Records of a batch, unless the consumer asks for another number. */
export const CONSUME_BATCH_MAX = 500;

/** Most bytes of one message: value, key and headers in UTF-8. Kafka's own limit, with room for its framing. */
export const MESSAGE_BYTES_MAX = 1_000_000;

/** Carries messages from ingestion to the ledger. Every adapter passes `meterFeedContract`. */
export interface MeterFeed {
  /**
   * Publishes in order and returns when all messages are durable. A key goes to the partition that Kafka's default
   * partitioner gives it (murmur2); messages without a key are spread. @throws FeedUnavailable, FeedFull, MessageTooLarge
   */
  publish(topic: FeedTopic, messages: readonly FeedMessage[]): Promise<void>;
  /**
   * Hands over batches at least once, in order per partition, one at a time per partition, from the group's last commit
   * (a new group begins at the first record kept). Within one consumer the next batch follows the last one handled,
   * committed or not. Partitions may be handled side by side. A handler that rejects ends the consumer;
   * one that rejects with StaleBatch only gives up the batch.
   */
  consume(options: ConsumeOptions, onBatch: (batch: FeedBatch) => Promise<void>): Consumption;
  /** Records of all partitions that the group has not committed yet. */
  lag(topic: FeedTopic, group: string): Promise<bigint>;
  isReachable(): Promise<boolean>;
  /** Stops the consumers, flushes what was published and closes; later calls are refused with FeedUnavailable. */
  close(): Promise<void>;
}

/** The bytes that a message counts against MESSAGE_BYTES_MAX. */
export function messageBytes(message: FeedMessage): number {
  const { key, value: text, headers } = message;
  let bytes = Buffer.byteLength(text) + (key === null ? 0 : Buffer.byteLength(key));
  if (headers === undefined) return bytes;
  for (const [name, value] of Object.entries(headers)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes;
}
