import { FeedUnavailable, StaleBatch, type FeedBatch, type FeedTopic } from '@ledger/ports';
import type { Offsets } from 'kafkajs';
import { causesOf, kafkaTypesOf } from './client-error';
import { fromWire } from './feed-record';
import type { Generation } from './generation';
import type { Chunk } from './partition-worker';
import { pause, type Timers } from './timers';

/** Errors of the broker that say: this member or its partitions are not what it thinks. */
const MEMBERSHIP_LOST = ['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID'];
const DIVIDING = ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP'];

const COMMIT_PAUSE_MS = 200;

/** What a batch needs from its consumer. */
export interface BatchHost {
  readonly topic: FeedTopic;
  /** The topic's name on the cluster. */
  readonly topicName: string;
  readonly timers: Timers;
  readonly commitTimeoutMs: number;
  commit(offsets: Offsets): Promise<void>;
  /** The offset that the group goes on with, as far as is known. */
  committed(partition: number): bigint | undefined;
  onCommitted(partition: number, next: bigint): void;
  /** The handler shows that it works. */
  onSign(partition: number): void;
  isStopping(): boolean;
}

/** A chunk in the words of the port. */
export function batchOf(chunk: Chunk, host: BatchHost): FeedBatch {
  const { partition, generation, step } = chunk;
  return {
    topic: host.topic,
    partition,
    records: chunk.messages.map(fromWire),
    ...step,
    commitThrough: (offset) => commitThrough(offset, chunk, host),
    heartbeat: () => heartbeat(chunk, host),
    isStale: () => host.isStopping() || !generation.isHeld,
  };
}

/** Kafka stores the offset to go on with, which is one more than the last that was handled. Never moves it back. */
async function commitThrough(offset: bigint, chunk: Chunk, host: BatchHost): Promise<void> {
  const { partition, generation } = chunk;
  if (!isOf(chunk, offset))
    throw new RangeError(`${host.topicName}/${partition}: offset ${offset} is not of this batch`);
  const next = offset + 1n;
  generation.check();
  if (next <= (host.committed(partition) ?? 0n)) return;
  const offsets = { topics: [{ topic: host.topicName, partitions: [{ partition, offset: `${next}` }] }] };
  const deadline = host.timers.now() + host.commitTimeoutMs;
  for (;;) {
    host.onSign(partition);
    generation.check();
    try {
      await host.commit(offsets);
      host.onCommitted(partition, next);
      return;
    } catch (error) {
      rejectIfFinal(error, generation, host.timers.now() > deadline);
    }
    await pause(host.timers, COMMIT_PAUSE_MS);
  }
}

function isOf({ messages }: Chunk, offset: bigint): boolean {
  const [first, last] = [messages[0], messages.at(-1)];
  return first !== undefined && last !== undefined && offset >= BigInt(first.offset) && offset <= BigInt(last.offset);
}

function rejectIfFinal(error: unknown, generation: Generation, isLate: boolean): void {
  const types = kafkaTypesOf(error);
  const isLost = types.some((type) => MEMBERSHIP_LOST.includes(type) || DIVIDING.includes(type));
  if (isLost) {
    generation.end();
    throw new StaleBatch('the commit came too late: the partitions were divided anew', { cause: error });
  }
  // Only the origin tells: the client wraps whatever it stops trying into an error that is not to be tried again.
  const origin = causesOf(error).at(-1);
  const isHopeless = origin !== undefined && Reflect.get(origin, 'retriable') === false;
  if (isLate || isHopeless) throw new FeedUnavailable('the broker did not store the commit', { cause: error });
}

async function heartbeat(chunk: Chunk, host: BatchHost): Promise<void> {
  host.onSign(chunk.partition);
  chunk.generation.check();
  try {
    await chunk.heartbeat();
  } catch (error) {
    const types = kafkaTypesOf(error);
    if (types.some((type) => MEMBERSHIP_LOST.includes(type))) {
      chunk.generation.end();
      throw new StaleBatch('the broker gave the partitions to others', { cause: error });
    }
    // A division that was only announced leaves time to finish; whether the broker can be reached, the fetch loop finds out.
    if (types.some((type) => DIVIDING.includes(type))) chunk.generation.announceEnd();
  }
}

/** Tells whether a handler only gave up a batch that was taken away. */
export function isGivenUp(error: unknown): boolean {
  return causesOf(error).some((cause) => cause instanceof StaleBatch);
}
