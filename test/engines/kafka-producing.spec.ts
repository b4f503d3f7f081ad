import type { KafkaLimits } from '@ledger/adapters/kafka';
import type { FeedMessage, FeedTopic } from '@ledger/ports';
import { reasonOf } from '@ledger/ports/trial.contract';
import { openBrokerProxy, type Proxy } from './proxy';
import { Feeds, freshSettings, freshTopics, kafkaBrokers, plainClient, stored, untilStored } from './kafka';

const feeds = new Feeds();
const proxies: Proxy[] = [];
const openProxy = async (): Promise<Proxy> => {
  const proxy = await openBrokerProxy(kafkaBrokers()[0] ?? '');
  proxies.push(proxy);
  return proxy;
};

afterEach(async () => {
  for (const proxy of proxies) proxy.heal();
  await feeds.closeAll();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

const HASTY: Partial<KafkaLimits> = { publishTimeoutMs: 1_500, requestTimeoutMs: 500, connectionTimeoutMs: 500 };
const EVENTS: FeedTopic = 'meter-events';
const numbered = (from: number, to: number): FeedMessage[] =>
  Array.from({ length: to - from }, (_, index) => ({ key: 'one-station', value: `${from + index}` }));
const upTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

describe('publishing on a real broker', () => {
  it('keeps the order of thousands of calls that nobody waits for', async () => {
    const settings = await freshTopics(3);
    const feed = feeds.of(settings);
    await Promise.all(numbered(0, 5_000).map((message) => feed.publish(EVENTS, [message])));
    expect(await stored(settings, EVENTS)).toEqual(upTo(5_000));
  });

  it('does not let the broker swallow what follows on a request whose answer was lost', async () => {
    const proxy = await openProxy();
    const settings = await freshTopics(1);
    const feed = feeds.of({ ...settings, brokers: [proxy.address], limits: HASTY });
    await feed.publish(EVENTS, numbered(0, 1));
    proxy.loseAnswers();
    expect(await reasonOf(feed.publish(EVENTS, numbered(1, 4)))).toMatchObject({ code: 'feed-unavailable' });
    proxy.heal();
    await feed.publish(EVENTS, numbered(4, 7));
    expect(await stored(settings, EVENTS)).toEqual(expect.arrayContaining(['0', '4', '5', '6']));
  });

  it('stores once what it sends twice because an answer got lost', async () => {
    const proxy = await openProxy();
    const settings = await freshTopics(2);
    const limits = { ...HASTY, publishTimeoutMs: 20_000 };
    const feed = feeds.of({ ...settings, brokers: [proxy.address], limits });
    await feed.publish(EVENTS, numbered(0, 1));
    proxy.loseAnswers();
    const keyless = upTo(20).map((value) => ({ key: null, value: `keyless ${value}` }));
    const publishing = feed.publish(EVENTS, [...numbered(1, 3), ...keyless]);
    await untilStored(settings, EVENTS, 23);
    proxy.heal();
    await publishing;
    expect((await stored(settings, EVENTS)).sort()).toEqual(
      ['0', '1', '2', ...keyless.map(({ value }) => value)].sort(),
    );
  });

  it('answers in time when the broker is gone, refuses nothing later, and needs no restart', async () => {
    const proxy = await openProxy();
    const settings = await freshTopics(1);
    const feed = feeds.of({ ...settings, brokers: [proxy.address], limits: HASTY });
    await feed.publish(EVENTS, numbered(0, 1));
    proxy.cut();
    const before = performance.now();
    const calls = [1, 2, 3].map((at) => reasonOf(feed.publish(EVENTS, numbered(at, at + 1))));
    expect(await Promise.all(calls)).toMatchObject([1, 2, 3].map(() => ({ code: 'feed-unavailable' })));
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(await feed.isReachable()).toBe(false);
    proxy.heal();
    await feed.publish(EVENTS, numbered(4, 5));
    expect(await feed.isReachable()).toBe(true);
    expect(await stored(settings, EVENTS)).toEqual(expect.arrayContaining(['0', '4']));
  });

  it('answers in time when the broker is silent', async () => {
    const proxy = await openProxy();
    const settings = await freshTopics(1);
    const feed = feeds.of({ ...settings, brokers: [proxy.address], limits: HASTY });
    await feed.publish(EVENTS, numbered(0, 1));
    proxy.freeze();
    expect(await reasonOf(feed.publish(EVENTS, numbered(1, 2)))).toMatchObject({ code: 'feed-unavailable' });
  });

  it('answers full when more waits than the queue takes, and takes more afterwards', async () => {
    const proxy = await openProxy();
    const settings = await freshTopics(1);
    const limits = { ...HASTY, publishTimeoutMs: 20_000, queueMessagesMax: 10 };
    const feed = feeds.of({ ...settings, brokers: [proxy.address], limits });
    await feed.publish(EVENTS, numbered(0, 1));
    proxy.freeze();
    const waiting = feed.publish(EVENTS, numbered(1, 9));
    expect(await reasonOf(feed.publish(EVENTS, numbered(9, 12)))).toMatchObject({ code: 'feed-full' });
    proxy.heal();
    await waiting;
    await feed.publish(EVENTS, numbered(9, 10));
    expect(await stored(settings, EVENTS)).toEqual(upTo(10));
  });

  it('never creates a topic by itself, and a missing one holds up no other', async () => {
    const settings = freshSettings({ limits: HASTY });
    const admin = plainClient().admin();
    await admin.connect();
    const name = `${settings.topicPrefix ?? ''}meter-receipts`;
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: name, numPartitions: 1 }] });
    const feed = feeds.of(settings);
    const missing = reasonOf(feed.publish(EVENTS, numbered(0, 1)));
    const before = performance.now();
    await feed.publish('meter-receipts', numbered(0, 1));
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(await missing).toMatchObject({ code: 'feed-unavailable' });
    const ended = feed.consume({ topic: EVENTS, group: 'g' }, () => Promise.resolve()).ended;
    await reasonOf(ended);
    expect((await admin.listTopics()).filter((topic) => topic.startsWith(settings.topicPrefix ?? ''))).toEqual([name]);
    await admin.disconnect();
  });

  it.each(['gzip', 'zstd'] as const)('packs its messages with %s where told', async (compression) => {
    const settings = await freshTopics(1);
    await feeds.of({ ...settings, compression }).publish(EVENTS, numbered(0, 50));
    expect(await stored(settings, EVENTS)).toEqual(upTo(50));
  });
});
