import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners, type Message } from 'kafkajs';

/** What is sent: so many messages of so many bytes, over so many partitions, in requests of so many. */
export interface RawKafkaLoad {
  readonly messages: number;
  readonly bytes: number;
  readonly partitions: number;
  readonly messagesPerRequest: number;
}

/** Messages per second that kafkajs alone reached. */
export interface RawKafkaRates {
  readonly produced: number;
  readonly consumed: number;
}

const SESSION_MS = 30_000;
const FETCH_WAIT_MS = 100;

/**
 * Measures kafkajs by itself, as fast as it goes: an idempotent producer with one request of many messages after the other, and a
 * consumer that only counts. The yardstick for whatever is built on it; measure both in the same run, on a topic of its own.
 */
export async function rawKafkaRates(brokers: readonly string[], load: RawKafkaLoad): Promise<RawKafkaRates> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'raw-kafka', logLevel: logLevel.NOTHING });
  const topic = `raw-kafka-${randomUUID()}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: load.partitions }] });
  try {
    const produced = await produce(kafka, topic, load);
    return { produced, consumed: await consume(kafka, topic, load.messages) };
  } finally {
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  }
}

async function produce(kafka: Kafka, topic: string, load: RawKafkaLoad): Promise<number> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const value = Buffer.alloc(load.bytes, 'x');
  const startedAt = performance.now();
  for (let sent = 0; sent < load.messages; sent += load.messagesPerRequest) {
    const count = Math.min(load.messagesPerRequest, load.messages - sent);
    const messages: Message[] = Array.from({ length: count }, (_, index) => ({
      key: `station-${sent + index}`,
      value,
    }));
    await producer.send({ topic, messages, acks: -1 });
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await producer.disconnect();
  return load.messages / seconds;
}

async function consume(kafka: Kafka, topic: string, messages: number): Promise<number> {
  const consumer = kafka.consumer({ groupId: topic, sessionTimeout: SESSION_MS, maxWaitTimeInMs: FETCH_WAIT_MS });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const done = Promise.withResolvers<number>();
  let count = 0;
  let startedAt = 0;
  await consumer.run({
    eachBatch: async ({ batch }) => {
      if (count === 0) startedAt = performance.now();
      count += batch.messages.length;
      if (count >= messages) done.resolve((performance.now() - startedAt) / 1_000);
      await Promise.resolve();
    },
  });
  const seconds = await done.promise;
  await consumer.disconnect();
  return messages / seconds;
}
