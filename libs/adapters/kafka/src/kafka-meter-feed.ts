import type { Consumption, ConsumeOptions, FeedBatch, FeedMessage, FeedTopic, MeterFeed } from '@ledger/ports';
import { KafkaAdmin } from './kafka-admin';
import { KafkaConsumption } from './kafka-consumption';
import { checkSettings, groupName, limitsOf, topicName, type KafkaSettings } from './kafka-settings';
import type { PartitionStanding } from './offset-tracker';
import { SYSTEM_TIMERS, type Timers } from './timers';
import { TopicLane } from './topic-lane';

/**
 * Opens the feed on Kafka. Nothing is connected yet: the first use does, and `isReachable` tells.
 * @throws BadKafkaSettings
 */
export function openKafkaMeterFeed(settings: KafkaSettings, timers: Timers = SYSTEM_TIMERS): KafkaMeterFeed {
  checkSettings(settings);
  limitsOf(settings);
  return new KafkaMeterFeed(settings, timers);
}

/** The feed on Kafka 4 through kafkajs. The topics must exist: `createTopics`. */
export class KafkaMeterFeed implements MeterFeed {
  private readonly lanes = new Map<FeedTopic, TopicLane>();
  private readonly consumptions = new Set<KafkaConsumption>();
  private readonly admin: KafkaAdmin;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly timers: Timers,
  ) {
    this.admin = new KafkaAdmin(settings, timers);
  }

  /** @throws FeedUnavailable, FeedFull, MessageTooLarge */
  async publish(topic: FeedTopic, messages: readonly FeedMessage[]): Promise<void> {
    const lane = this.lanes.get(topic) ?? new TopicLane(topic, this.settings, this.timers);
    this.lanes.set(topic, lane);
    await lane.publish(messages);
  }

  consume(options: ConsumeOptions, onBatch: (batch: FeedBatch) => Promise<void>): Consumption {
    const { settings, admin, timers } = this;
    const consumption = new KafkaConsumption(options, { settings, admin, timers, onBatch });
    this.consumptions.add(consumption);
    return consumption;
  }

  /** Control records of a gateway's transactions count too, so that a lag of one or two may remain. @throws FeedUnavailable */
  async lag(topic: FeedTopic, group: string): Promise<bigint> {
    const standings = await this.admin.standings(topicName(this.settings, topic), groupName(this.settings, group));
    let lag = 0n;
    for (const standing of standings.values()) lag += uncommitted(standing);
    return lag;
  }

  async isReachable(): Promise<boolean> {
    return this.admin.isReachable();
  }

  async close(): Promise<void> {
    await Promise.all([...this.consumptions].map((consumption) => consumption.stop()));
    await Promise.all([...this.lanes.values()].map((lane) => lane.close()));
    await this.admin.close();
  }
}

function uncommitted({ committed, low, high }: PartitionStanding): bigint {
  const isUsable = committed !== undefined && committed >= low && committed <= high;
  return high - (isUsable ? committed : low);
}
