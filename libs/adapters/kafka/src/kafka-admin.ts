import { FeedUnavailable } from '@ledger/ports';
import type { Admin } from 'kafkajs';
import { kafkaClient } from './kafka-client';
import { limitsOf, type KafkaLimits, type KafkaSettings } from './kafka-settings';
import type { PartitionStanding } from './offset-tracker';
import { pause, within, type Timers } from './timers';

/** The wait before a question is asked again that was not answered. */
const ASK_AGAIN_MS = 200;

/** Questions to the broker over one connection, made when first needed and made anew after a failure. */
export class KafkaAdmin {
  private admin: Promise<Admin> | undefined;
  private isClosed = false;
  private readonly limits: KafkaLimits;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly timers: Timers,
  ) {
    this.limits = limitsOf(settings);
  }

  /** What the group stored and what the topic holds, by partition. @throws FeedUnavailable */
  async standings(topic: string, group: string): Promise<ReadonlyMap<number, PartitionStanding>> {
    return this.ask(`the offsets of ${topic}`, this.limits.adminTimeoutMs, async (admin) => {
      const committed = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const kept = await admin.fetchTopicOffsets(topic);
      const stored = new Map(
        committed.flatMap(({ partitions }) => partitions).map((at) => [at.partition, BigInt(at.offset)]),
      );
      return new Map(
        kept.map(({ partition, low, high }) => {
          const offset = stored.get(partition) ?? -1n;
          return [partition, { committed: offset < 0n ? undefined : offset, low: BigInt(low), high: BigInt(high) }];
        }),
      );
    });
  }

  /** The same, however long the broker takes to tell; undefined when it is wanted no more. */
  async standingsWhile(
    isWanted: () => boolean,
    topic: string,
    group: string,
  ): Promise<ReadonlyMap<number, PartitionStanding> | undefined> {
    while (isWanted()) {
      try {
        const standings = await this.standings(topic, group);
        if (isWanted()) return standings;
      } catch (error) {
        if (!(error instanceof FeedUnavailable)) throw error;
        await pause(this.timers, ASK_AGAIN_MS);
      }
    }
    return undefined;
  }

  /** The offset that the next record of each partition will get. @throws FeedUnavailable */
  async ends(topic: string): Promise<ReadonlyMap<number, bigint>> {
    return this.ask(`the end of ${topic}`, this.limits.adminTimeoutMs, async (admin) => {
      const kept = await admin.fetchTopicOffsets(topic);
      return new Map(kept.map(({ partition, high }) => [partition, BigInt(high)]));
    });
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.ask('the cluster', this.limits.reachableTimeoutMs, (admin) => admin.describeCluster());
      return true;
    } catch (error) {
      if (error instanceof FeedUnavailable) return false;
      throw error;
    }
  }

  /** Nothing is connected any more: who still asks, is told that there is no answer. */
  async close(): Promise<void> {
    this.isClosed = true;
    const admin = await this.admin?.catch(() => undefined);
    await admin?.disconnect();
  }

  /** Asks within the time; whatever goes wrong costs the connection. @throws FeedUnavailable */
  async ask<Answer>(what: string, timeoutMs: number, question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    if (this.isClosed) throw new FeedUnavailable(`the broker was not asked for ${what}: the feed is closed`);
    const admin = (this.admin ??= this.connect());
    try {
      return await within(
        this.timers,
        timeoutMs,
        admin.then(question),
        () => new Error(`no answer in ${timeoutMs} ms`),
      );
    } catch (error) {
      if (this.admin === admin) this.admin = undefined;
      // The connection is given up already; that it cannot be closed in good order adds nothing.
      admin.then((lost) => lost.disconnect()).catch(() => undefined);
      const because = error instanceof Error ? error.message : 'unknown';
      throw new FeedUnavailable(`the broker did not tell ${what}: ${because}`, { cause: error });
    }
  }

  private async connect(): Promise<Admin> {
    const admin = kafkaClient(this.settings).admin({ retry: { retries: 2 } });
    await admin.connect();
    return admin;
  }
}
