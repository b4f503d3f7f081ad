import { StaleBatch, type FeedBatch } from '@ledger/ports';
import type { FeedPartition, Stretch } from './feed-partition';
import { EMBEDDED_LIMITS } from './limits';
import { nextTurn, type WakeUp } from './wake-up';

/** Where a group stands in its partitions. */
export interface GroupOffsets {
  /** The first offset that the group has not committed; for a new group the first one kept. */
  committed(partition: FeedPartition): number;
  /** Stores that everything below the offset was handled, durably; never moves back. */
  commit(partition: FeedPartition, below: number): Promise<void>;
}

/** Who holds which partition, so that never two consumers of a group have the same one. */
export interface PartitionHolds {
  readonly offsets: GroupOffsets;
  readonly arrivals: WakeUp;
  /** Takes hold of a partition; undefined while somebody else has it. */
  hold(partition: FeedPartition): object | undefined;
  isHeld(partition: FeedPartition, hold: object): boolean;
  /** Gives a partition back, so that the next one may take it. */
  release(partition: FeedPartition, hold: object): void;
}

/** How one consumer treats a partition. `isWanted` turns false when it shall be given back. */
export interface PartitionTerms {
  readonly batchMax: number;
  readonly isWanted: () => boolean;
}

/** Hands over one partition's records, batch by batch, for as long as it is wanted. */
export class PartitionConsumer {
  constructor(
    private readonly group: PartitionHolds,
    private readonly partition: FeedPartition,
    private readonly terms: PartitionTerms,
  ) {}

  /** Waits until nobody else holds the partition, then consumes. */
  async run(onBatch: (batch: FeedBatch) => Promise<void>): Promise<void> {
    await nextTurn();
    while (this.terms.isWanted()) {
      const hold = this.group.hold(this.partition);
      if (hold === undefined) await this.group.arrivals.wait(EMBEDDED_LIMITS.consumePollMs);
      else
        await this.consume(hold, onBatch).finally(() => {
          this.group.release(this.partition, hold);
        });
    }
  }

  private async consume(hold: object, onBatch: (batch: FeedBatch) => Promise<void>): Promise<void> {
    let next = this.group.offsets.committed(this.partition);
    while (this.terms.isWanted()) {
      const stretch = this.partition.read(next, this.terms.batchMax, EMBEDDED_LIMITS.consumeBatchBytesMax);
      if (stretch.records.length === 0) {
        await this.group.arrivals.wait(EMBEDDED_LIMITS.consumePollMs);
        continue;
      }
      const isDone = await onBatch(this.batchOf(stretch, next, hold)).then(() => true, gaveUp);
      if (!isDone) return;
      next = stretch.next;
      await nextTurn();
    }
  }

  private batchOf(stretch: Stretch, expected: number, hold: object): FeedBatch {
    const { topic, number } = this.partition;
    const first = Number(stretch.records[0]?.offset ?? expected);
    const refuseWhenGone = (): void => {
      if (this.group.isHeld(this.partition, hold)) return;
      throw new StaleBatch(`${topic}, partition ${number}: it was given back`);
    };
    return {
      topic,
      partition: number,
      records: stretch.records,
      missing: BigInt(first - expected),
      commitThrough: async (offset) => {
        refuseWhenGone();
        if (offset < first || offset >= stretch.next) {
          throw new RangeError(`${topic}, partition ${number}: offset ${offset} is not of this batch`);
        }
        await this.group.offsets.commit(this.partition, Number(offset) + 1);
      },
      heartbeat: async () => {
        refuseWhenGone();
      },
      isStale: () => !this.terms.isWanted() || !this.group.isHeld(this.partition, hold),
    };
  }
}

/** A batch given up as stale is no fault of the consumer. */
function gaveUp(reason: unknown): false {
  if (reason instanceof StaleBatch) return false;
  throw reason;
}
