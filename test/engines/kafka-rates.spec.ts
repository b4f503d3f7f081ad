import type { KafkaMeterFeed } from '@ledger/adapters/kafka';
import { until } from '@ledger/ports/trial.contract';
import { rawKafkaRates } from '../bench/src/raw-kafka';
import { Feeds, freshTopics, kafkaBrokers } from './kafka';

const LOAD = { messages: 20_000, bytes: 500, partitions: 6, messagesPerRequest: 500 };
const CALLERS = 200;
const feeds = new Feeds();
afterEach(() => feeds.closeAll());

/** Messages per second of callers that publish one message after the other, and how long a call takes, in ms. */
async function publishRate(
  feed: KafkaMeterFeed,
  messages: number,
): Promise<{ rate: number; p50: number; p99: number }> {
  const value = Buffer.alloc(LOAD.bytes, 'x');
  const waits: number[] = [];
  let sent = 0;
  const startedAt = performance.now();
  const caller = async (): Promise<void> => {
    while (sent < messages) {
      sent += 1;
      const before = performance.now();
      await feed.publish('meter-events', [{ key: `station-${sent}`, value }]);
      waits.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const rate = messages / ((performance.now() - startedAt) / 1_000);
  waits.sort((left, right) => left - right);
  return { rate, p50: waits[Math.floor(waits.length * 0.5)] ?? 0, p99: waits[Math.floor(waits.length * 0.99)] ?? 0 };
}

async function publishBatchRate(feed: KafkaMeterFeed, messages: number): Promise<number> {
  const value = Buffer.alloc(LOAD.bytes, 'x');
  const startedAt = performance.now();
  for (let sent = 0; sent < messages; sent += LOAD.messagesPerRequest) {
    const batch = Array.from({ length: LOAD.messagesPerRequest }, (_, index) => ({
      key: `station-${sent + index}`,
      value,
    }));
    await feed.publish('meter-events', batch);
  }
  return messages / ((performance.now() - startedAt) / 1_000);
}

async function consumeRate(feed: KafkaMeterFeed, messages: number): Promise<number> {
  let [count, startedAt] = [0, 0];
  const consumption = feed.consume({ topic: 'meter-events', group: 'rates' }, async (batch) => {
    if (count === 0) startedAt = performance.now();
    count += batch.records.length;
    await batch.commitThrough(batch.records.at(-1)?.offset ?? -1n);
  });
  await until('all were consumed', () => count >= messages);
  const rate = count / ((performance.now() - startedAt) / 1_000);
  await consumption.stop();
  return rate;
}

it('publishes and consumes at half the rate of the client alone, or better', async () => {
  const raw = await rawKafkaRates(kafkaBrokers(), LOAD);
  const feed = feeds.of(await freshTopics(LOAD.partitions));
  await publishBatchRate(feed, 5_000);
  const batches = await publishBatchRate(feed, LOAD.messages);
  const singles = await publishRate(feed, LOAD.messages);
  const consumed = await consumeRate(feed, 2 * LOAD.messages);
  process.stderr.write(`${JSON.stringify({ raw, batches, singles, consumed }, (_, each: unknown) => rounded(each))}\n`);
  expect(batches).toBeGreaterThan(raw.produced * 0.5);
  expect(consumed).toBeGreaterThan(raw.consumed * 0.25);
});

function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10) / 10 : value;
}
