import { CONSUME_BATCH_MAX, FeedUnavailable, StaleBatch } from '@ledger/ports';
import type {
  ConsumeOptions,
  Consumption,
  FeedBatch,
  FeedMessage,
  FeedRecord,
  FeedTopic,
  MeterFeed,
} from '@ledger/ports';

import type { Life, Wire } from '../wire';
import { PARTITIONS } from './feed-log';
import type { FeedGroup, FeedLog, Hold } from './feed-log';
import { momentOf } from './machine';

/** The feed as one process sees it. */
export class SimMeterFeed implements MeterFeed {
  private isClosed = false;
  private readonly consumptions = new Set<SimConsumption>();

  constructor(
    private readonly wire: Wire,
    private readonly life: Life,
    private readonly log: FeedLog,
  ) {}

  publish(topic: FeedTopic, messages: readonly FeedMessage[]): Promise<void> {
    const publish = (these: readonly FeedMessage[]): void => {
      if (this.isClosed) throw new FeedUnavailable('the feed is closed');
      this.log.publish(topic, these, momentOf(this.wire.schedule.now));
    };
    return this.wire.call(this.life, {
      label: `publish ${topic}`,
      apply: () => publish(messages),
      unavailable,
      unknown: unavailable,
      tear: () => publish(messages.slice(0, messages.length >> 1)),
    });
  }

  consume(options: ConsumeOptions, onBatch: (batch: FeedBatch) => Promise<void>): Consumption {
    const group = this.log.group(options.topic, options.group);
    const consumption = new SimConsumption(
      { wire: this.wire, life: this.life, log: this.log, group },
      options,
      onBatch,
    );
    this.consumptions.add(consumption);
    return consumption;
  }

  lag(topic: FeedTopic, group: string): Promise<bigint> {
    return this.wire.call(this.life, { label: 'lag', apply: () => BigInt(this.log.lag(topic, group)), unavailable });
  }

  isReachable(): Promise<boolean> {
    return Promise.resolve(!this.isClosed);
  }

  async close(): Promise<void> {
    await Promise.all([...this.consumptions].map((consumption) => consumption.stop()));
    this.isClosed = true;
  }

  /** The broker notices that the process is gone. */
  expire(): void {
    for (const consumption of this.consumptions) consumption.expire();
  }
}

function unavailable(): Error {
  return new FeedUnavailable('the feed does not answer');
}

interface Surroundings {
  readonly wire: Wire;
  readonly life: Life;
  readonly log: FeedLog;
  readonly group: FeedGroup;
}

/** One consumer: a loop for each partition, at work while the partition is its own. */
class SimConsumption implements Consumption {
  readonly ended: Promise<void>;
  private isOver = false;
  private readonly held = new Set<Hold>();
  private readonly member: { readonly name: string };

  constructor(
    private readonly around: Surroundings,
    private readonly options: ConsumeOptions,
    private readonly onBatch: (batch: FeedBatch) => Promise<void>,
  ) {
    this.member = { name: around.life.name };
    around.group.join(this.member);
    const loops = Array.from({ length: PARTITIONS }, (_, partition) => this.loop(partition));
    this.ended = Promise.all(loops).then(() => undefined);
    this.ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    this.around.group.leave(this.member);
    await this.ended.catch(() => undefined);
  }

  expire(): void {
    this.around.group.leave(this.member);
    for (const hold of this.held) this.around.group.release(hold);
  }

  private async loop(partition: number): Promise<void> {
    const { group } = this.around;
    while (!this.isOver) {
      const hold = group.isAssigned(this.member, partition) ? group.take(partition) : undefined;
      if (hold === undefined) await this.news();
      else await this.work(partition, hold);
    }
  }

  private async work(partition: number, hold: Hold): Promise<void> {
    const { group } = this.around;
    this.held.add(hold);
    try {
      for (let next = group.committed[partition] ?? 0; this.owns(partition, hold);) {
        const records = await this.fetch(partition, next);
        if (!this.owns(partition, hold)) return;
        if (records.length === 0) await this.news();
        else if (await this.handle(this.batchOf(partition, hold, records))) next += records.length;
        else next = group.committed[partition] ?? 0;
      }
    } catch (error) {
      this.isOver = true;
      group.leave(this.member);
      throw error;
    } finally {
      this.held.delete(hold);
      group.release(hold);
    }
  }

  /** False when the handler gave the batch up. */
  private async handle(batch: FeedBatch): Promise<boolean> {
    try {
      await this.onBatch(batch);
      return true;
    } catch (error) {
      if (error instanceof StaleBatch) return false;
      throw error;
    }
  }

  private owns(partition: number, hold: Hold): boolean {
    return !this.isOver && !this.knowsOfEnd(hold) && this.around.group.isAssigned(this.member, partition);
  }

  private knowsOfEnd(hold: Hold): boolean {
    return !hold.isCurrent && this.around.wire.schedule.now >= hold.knownAt;
  }

  private fetch(partition: number, next: number): Promise<readonly FeedRecord[]> {
    const { topic, batchMax = CONSUME_BATCH_MAX } = this.options;
    const records = this.around.log.partition(topic, partition);
    if (next >= records.length) return Promise.resolve([]);
    const { wire, life } = this.around;
    const apply = (): readonly FeedRecord[] => {
      const batch = records.slice(next, next + batchMax);
      this.around.group.handOut(partition, next, next + batch.length);
      return batch;
    };
    return wire.call(life, { label: `fetch ${topic}/${partition}`, apply });
  }

  private batchOf(partition: number, hold: Hold, records: readonly FeedRecord[]): FeedBatch {
    const { wire, life } = this.around;
    const { topic } = this.options;
    const at = `${topic}/${partition}`;
    return {
      topic,
      partition,
      records,
      missing: 0n,
      isStale: () => !this.owns(partition, hold),
      heartbeat: () =>
        wire.call(life, {
          label: `heartbeat ${at}`,
          apply: () => {
            if (this.knowsOfEnd(hold)) throw new StaleBatch(`${at} is not ours any more`);
          },
        }),
      commitThrough: (offset) =>
        wire.call(life, {
          label: `commit ${at}`,
          apply: () => this.commit({ partition, hold, records }, offset),
          unavailable,
          unknown: unavailable,
        }),
    };
  }

  private commit(
    { partition, hold, records }: { partition: number; hold: Hold; records: readonly FeedRecord[] },
    offset: bigint,
  ): void {
    const { committed } = this.around.group;
    if (!records.some((record) => record.offset === offset)) throw new RangeError(`${offset} is not of the batch`);
    if (!hold.isCurrent) {
      // Whoever is refused knows of it from then on; otherwise it would fetch and publish the same records over and over.
      hold.knownAt = this.around.wire.schedule.now;
      throw new StaleBatch('the partition belongs to another consumer');
    }
    committed[partition] = Math.max(committed[partition] ?? 0, Number(offset) + 1);
  }

  private news(): Promise<void> {
    const { group, wire, life } = this.around;
    return wire.heard(life, (hear) => group.onNews(hear));
  }
}
