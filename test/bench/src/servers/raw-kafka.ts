import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners, type Message } from 'kafkajs';

import { Stopwatch } from '../stopwatch';
import type { Spent } from '../stopwatch';

/** Messages of one request of the raw producer: what a service publishes together (`LEDGER_INTAKE_CHUNK`). */
const MESSAGES_OF_REQUEST = 500;
const FETCH_WAIT_MS = 100;

/** What the client alone needs to read a topic, and what it read. */
export interface RawConsumed {
  readonly spent: Spent;
  readonly messages: readonly Message[];
}

/** Reads so many messages of a topic from its beginning with kafkajs and nothing else. The watch starts with the first batch. */
export async function rawConsume(brokers: readonly string[], topic: string, count: number): Promise<RawConsumed> {
  const consumer = clientOf(brokers).consumer({ groupId: `raw-${randomUUID()}`, maxWaitTimeInMs: FETCH_WAIT_MS });
  const watch = new Stopwatch();
  const messages: Message[] = [];
  const done = Promise.withResolvers<undefined>();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachBatch: ({ batch }) => {
      watch.start();
      for (const { key, value } of batch.messages) messages.push({ key, value });
      if (messages.length >= count) done.resolve(undefined);
      return Promise.resolve();
    },
  });
  await done.promise;
  const spent = watch.spent();
  await consumer.disconnect();
  return { spent, messages };
}

/**
 * Sends messages with kafkajs and nothing else: an idempotent producer, acknowledged by all replicas, one request after the
 * other. The topic is made for it, with as many partitions as the ledger's has.
 */
export async function rawProduce(
  brokers: readonly string[],
  partitions: number,
  messages: readonly Message[],
): Promise<Spent> {
  const client = clientOf(brokers);
  const [admin, topic] = [client.admin(), `raw-${randomUUID()}`];
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions }] });
  const watch = new Stopwatch();
  watch.start();
  for (let sent = 0; sent < messages.length; sent += MESSAGES_OF_REQUEST) {
    await producer.send({ topic, messages: messages.slice(sent, sent + MESSAGES_OF_REQUEST), acks: -1 });
  }
  const spent = watch.spent();
  await admin.deleteTopics({ topics: [topic] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  return spent;
}

function clientOf(brokers: readonly string[]): Kafka {
  return new Kafka({ brokers: [...brokers], clientId: 'raw-kafka', logLevel: logLevel.NOTHING });
}
