import { gunzipSync } from 'node:zlib';
import type { FeedBatch } from '@ledger/ports';
import { gate, reasonOf, until } from '@ledger/ports/trial.contract';
import { CompressionTypes, PartitionAssigners, type PartitionAssigner } from 'kafkajs';
import { openBrokerProxy } from './proxy';
import { asAdmin, Feeds, freshTopics, groupOf, kafkaBrokers, LIVELY, nameOf, plainClient } from './kafka';
import { EVENTS, GROUP, heardOnce, lastOf, listen, publish, textsOf } from './kafka-listening';

const feeds = new Feeds();
afterEach(() => feeds.closeAll());

describe('consuming from a real broker: death is noticed, hardship is survived', () => {
  it('refuses the commit of a member whose partition went to another', async () => {
    const settings = await freshTopics(2, { limits: LIVELY });
    const feed = feeds.of(settings);
    for (const key of ['a', 'b', 'c', 'd']) await publish(feed, 0, 5, key);
    const release = gate();
    const held: FeedBatch[] = [];
    const refusals: unknown[] = [];
    const texts: string[] = [];
    const first = feed.consume({ topic: EVENTS, group: GROUP }, async (batch) => {
      if (refusals.length < 2) {
        held.push(batch);
        await release.opened;
        refusals.push(await reasonOf(batch.commitThrough(lastOf(batch))));
        await batch.heartbeat();
      }
      texts.push(...textsOf(batch));
      await batch.commitThrough(lastOf(batch));
    });
    await until('both partitions are in hand', () => held.length === 2);
    const second = listen(feeds.of(settings));
    await until('the second member has one of them', () => second.texts.length > 0);
    expect(held.every((batch) => batch.isStale())).toBe(true);
    release.open();
    await until('both commits were refused', () => refusals.length === 2);
    expect(refusals).toMatchObject([{ code: 'stale-batch' }, { code: 'stale-batch' }]);
    await until('both have all', () => texts.length + second.texts.length >= 20);
    await Promise.all([first.stop(), second.stop()]);
    expect(texts.length + second.texts.length).toBe(20);
  });

  it('outlives a broker that cannot be reached for a while', async () => {
    const proxy = await openBrokerProxy(kafkaBrokers()[0] ?? '');
    const settings = await freshTopics(1, {
      limits: { ...LIVELY, connectionTimeoutMs: 1_000, requestTimeoutMs: 2_000 },
    });
    const far = feeds.of({ ...settings, brokers: [proxy.address] });
    const near = feeds.of(settings);
    const heard = listen(far);
    await publish(near, 0, 3);
    await until('three were heard', () => heard.texts.length >= 3);
    proxy.cut();
    await publish(near, 3, 6);
    const end = performance.now() + 12_000;
    await until('the outage is over', () => performance.now() > end);
    proxy.heal();
    await until('all were heard', () => new Set(heard.texts).size >= 6);
    await heard.stop();
    await heard.ended;
    await feeds.closeAll();
    await proxy.close();
  });

  it('outlives a record batch that unpacks to more than it may: it is told as one record, between its neighbours', async () => {
    const settings = await freshTopics(1);
    const feed = feeds.of(settings);
    await publish(feed, 0, 2);
    const producer = plainClient().producer();
    await producer.connect();
    const messages = Array.from({ length: 80 }, () => ({ value: Buffer.alloc(900_000) }));
    await producer.send({ topic: nameOf(settings, EVENTS), messages, compression: CompressionTypes.GZIP });
    await producer.disconnect();
    await publish(feed, 2, 4);
    const heard = await heardOnce(feed, 5);
    const records = heard.batches.flatMap((batch) => batch.records);
    expect(records.map(({ offset }) => offset)).toEqual([0n, 1n, 81n, 82n, 83n]);
    expect(records.map(({ unreadable }) => unreadable?.slice(0, 20))).toEqual([
      ...[undefined, undefined],
      'gzip: does not unpac',
      ...[undefined, undefined],
    ]);
    expect(gunzipSync(records[2]?.value ?? Buffer.alloc(0)).length).toBeGreaterThan(64 * 1024 * 1024);
    expect(heard.batches.map(({ missing }) => missing)).toEqual(heard.batches.map(() => 0n));
    expect(await feed.lag(EVENTS, GROUP)).toBe(0n);
  });

  it('dies when a handler gives no sign any more', async () => {
    const limits = { ...LIVELY, silenceMaxMs: 16_000, handlerSilenceMaxMs: 1_000 };
    const feed = feeds.of(await freshTopics(1, { limits }));
    await publish(feed, 0, 1);
    const release = gate();
    const heard = listen(feed, () => release.opened);
    expect(await reasonOf(heard.ended)).toMatchObject({ code: 'consumer-stalled' });
    release.open();
  });

  it('dies with the refusal of a group whose members divide partitions in another way', async () => {
    const settings = await freshTopics(1);
    const stranger = plainClient().consumer({ groupId: groupOf(settings, GROUP), partitionAssigners: [otherAssigner] });
    const joined = gate();
    stranger.on(stranger.events.GROUP_JOIN, joined.open);
    await stranger.connect();
    await stranger.subscribe({ topics: [nameOf(settings, EVENTS)] });
    await stranger.run({ eachMessage: () => Promise.resolve() });
    await joined.opened;
    const heard = listen(feeds.of(settings));
    await expect(heard.ended).rejects.toThrow(/protocol/);
    await stranger.disconnect();
  });

  it('counts a commit as what it is: the offset behind the last handled', async () => {
    const settings = await freshTopics(1);
    const feed = feeds.of(settings);
    await publish(feed, 0, 3);
    await heardOnce(feed, 3);
    const [stored] = await asAdmin((admin) =>
      admin.fetchOffsets({ groupId: groupOf(settings, GROUP), topics: [nameOf(settings, EVENTS)] }),
    );
    expect(stored?.partitions).toMatchObject([{ partition: 0, offset: '3' }]);
  });
});

/** Divides as usual, under another name. */
const otherAssigner: PartitionAssigner = (config) => {
  const usual = PartitionAssigners.roundRobin(config);
  const name = 'OtherAssigner';
  return { ...usual, name, protocol: (subscription) => ({ ...usual.protocol(subscription), name }) };
};
