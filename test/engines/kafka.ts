import { randomUUID } from 'node:crypto';
import { createTopics, openKafkaMeterFeed, type KafkaMeterFeed, type KafkaSettings } from '@ledger/adapters/kafka';
import type { FeedTopic } from '@ledger/ports';
import { until } from '@ledger/ports/trial.contract';
import { Kafka, logLevel, type Admin } from 'kafkajs';

/** The brokers to test against. @throws Error when KAFKA_BROKERS is not set: these tests are never skipped */
export function kafkaBrokers(): readonly string[] {
  const brokers = process.env['KAFKA_BROKERS'] ?? '';
  if (brokers === '') throw new Error('set KAFKA_BROKERS to host:port of a Kafka broker that this test may fill');
  return brokers.split(',');
}

/** Settings with topics of their own, so that no test meets another's records. */
export function freshSettings(changes: Partial<KafkaSettings> = {}): KafkaSettings {
  return { brokers: kafkaBrokers(), clientId: 'engine-test', topicPrefix: `t-${randomUUID()}-`, ...changes };
}

/** Settings whose topics exist. */
export async function freshTopics(partitions: number, changes: Partial<KafkaSettings> = {}): Promise<KafkaSettings> {
  const settings = freshSettings(changes);
  await createTopics(settings, { partitions, replication: 1 });
  return settings;
}

/** A client that shares nothing with the adapter: what a gateway of somebody else would use. */
export function plainClient(): Kafka {
  return new Kafka({ brokers: [...kafkaBrokers()], clientId: 'somebody-else', logLevel: logLevel.NOTHING });
}

/** Feeds that are closed when the test ends, whatever happens. */
export class Feeds {
  private readonly open: KafkaMeterFeed[] = [];

  of(settings: KafkaSettings): KafkaMeterFeed {
    const feed = openKafkaMeterFeed(settings);
    this.open.push(feed);
    return feed;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.open.splice(0).map((feed) => feed.close()));
  }
}

/** Timeouts of a group that notices quickly who is gone; a broker takes no shorter session than six seconds by default. */
export const LIVELY = { sessionTimeoutMs: 6_000, heartbeatMs: 500, rebalanceTimeoutMs: 15_000 } as const;

/** Asks the broker what only an administrator may. */
export async function asAdmin<Answer>(ask: (admin: Admin) => Promise<Answer>): Promise<Answer> {
  const admin = plainClient().admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

/** The name of a topic on the broker. */
export function nameOf(settings: KafkaSettings, topic: FeedTopic): string {
  return `${settings.topicPrefix ?? ''}${topic}`;
}

/** The name of a group on the broker. */
export function groupOf(settings: KafkaSettings, group: string): string {
  return `${settings.topicPrefix ?? ''}${group}`;
}

/** How many records the broker has ever taken for the topic. */
export async function countStored(settings: KafkaSettings, topic: FeedTopic): Promise<number> {
  const ends = await asAdmin((admin) => admin.fetchTopicOffsets(nameOf(settings, topic)));
  return ends.reduce((sum, { high }) => sum + +high, 0);
}

/** Waits until the broker took so many. */
export async function untilStored(settings: KafkaSettings, topic: FeedTopic, count: number): Promise<void> {
  await until(`${count} are stored`, async () => (await countStored(settings, topic)) >= count);
}

/** All values of a topic as another client reads them, in order of each partition. */
export async function stored(settings: KafkaSettings, topic: FeedTopic): Promise<string[]> {
  const count = await countStored(settings, topic);
  const consumer = plainClient().consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [nameOf(settings, topic)], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(message.value?.toString() ?? '');
      await Promise.resolve();
    },
  });
  await until('all were read', () => values.length >= count);
  await consumer.disconnect();
  return values;
}
