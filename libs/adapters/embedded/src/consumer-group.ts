import type { ConsumeOptions, Consumption, FeedBatch } from '@ledger/ports';
import { CONSUME_BATCH_MAX } from '@ledger/ports';
import { PartitionConsumer, type GroupOffsets, type PartitionHolds } from './partition-consumer';
import type { FeedPartition } from './feed-partition';
import type { WakeUp } from './wake-up';

/** The members of a group that run in this process, and who of them holds which partition. */
export class ConsumerGroup implements PartitionHolds {
  readonly members = new Set<GroupMember>();
  private readonly holders = new Map<FeedPartition, object>();

  constructor(
    readonly partitions: readonly FeedPartition[],
    readonly offsets: GroupOffsets,
    readonly arrivals: WakeUp,
  ) {}

  /** Adds a consumer; the partitions are divided anew. */
  join(options: ConsumeOptions, onBatch: (batch: FeedBatch) => Promise<void>): GroupMember {
    const member = new GroupMember(this, options.batchMax ?? CONSUME_BATCH_MAX, onBatch);
    this.members.add(member);
    this.divide();
    return member;
  }

  /** Removes a consumer; the partitions are divided anew among those who stay. */
  leave(member: GroupMember): void {
    this.members.delete(member);
    this.divide();
  }

  hold(partition: FeedPartition): object | undefined {
    if (this.holders.has(partition)) return undefined;
    const hold = {};
    this.holders.set(partition, hold);
    return hold;
  }

  isHeld(partition: FeedPartition, hold: object): boolean {
    return this.holders.get(partition) === hold;
  }

  release(partition: FeedPartition, hold: object): void {
    if (this.isHeld(partition, hold)) this.holders.delete(partition);
    this.arrivals.ring();
  }

  private divide(): void {
    const members = [...this.members];
    for (const [index, member] of members.entries()) {
      member.assign(this.partitions.filter((_, partition) => partition % members.length === index));
    }
    this.arrivals.ring();
  }
}

/** One consumer: a loop for each partition that it has been given. */
export class GroupMember implements Consumption {
  readonly ended: Promise<void>;
  private readonly loops = new Map<FeedPartition, Promise<void>>();
  private readonly outcome = Promise.withResolvers<undefined>();
  private assigned: ReadonlySet<FeedPartition> = new Set();
  private fault: { readonly reason: unknown } | undefined;
  private isStopping = false;

  constructor(
    private readonly group: ConsumerGroup,
    private readonly batchMax: number,
    private readonly onBatch: (batch: FeedBatch) => Promise<void>,
  ) {
    this.ended = this.outcome.promise;
  }

  async stop(): Promise<void> {
    this.end();
    await Promise.allSettled([this.ended]);
  }

  /** Takes the partitions; loops of those that were taken away end after the batch in hand. */
  assign(partitions: readonly FeedPartition[]): void {
    this.assigned = new Set(partitions);
    for (const partition of partitions) {
      if (!this.loops.has(partition)) this.loops.set(partition, this.run(partition));
    }
  }

  private async run(partition: FeedPartition): Promise<void> {
    const isWanted = (): boolean => !this.isStopping && this.assigned.has(partition);
    try {
      await new PartitionConsumer(this.group, partition, { batchMax: this.batchMax, isWanted }).run(this.onBatch);
    } catch (error) {
      this.fault ??= { reason: error };
      this.end();
    }
    this.loops.delete(partition);
    if (isWanted()) this.loops.set(partition, this.run(partition));
    this.settleWhenDone();
  }

  private end(): void {
    if (this.isStopping) return;
    this.isStopping = true;
    this.assigned = new Set();
    this.group.leave(this);
    this.settleWhenDone();
  }

  private settleWhenDone(): void {
    if (!this.isStopping || this.loops.size > 0) return;
    if (this.fault === undefined) this.outcome.resolve(undefined);
    else this.outcome.reject(this.fault.reason);
  }
}
