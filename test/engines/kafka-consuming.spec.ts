import { openKafkaMeterFeed, type KafkaSettings } from '@ledger/adapters/kafka';
import { gate, reasonOf, until } from '@ledger/ports/trial.contract';
import { asAdmin, Feeds, freshTopics, LIVELY, groupOf, nameOf, plainClient } from './kafka';
import { EVENTS, GROUP, heardOnce, lastOf, listen, publish, textsOf } from './kafka-listening';

const feeds = new Feeds();
afterEach(() => feeds.closeAll());

describe('consuming from a real broker: what is lost is told', () => {
  it('counts the records that were deleted before the group read them', async () => {
    const settings = await freshTopics(1);
    const feed = feeds.of(settings);
    await publish(feed, 0, 4);
    await heardOnce(feed, 4);
    await publish(feed, 4, 10);
    await deleteBefore(settings, 7);
    const heard = await heardOnce(feed, 3);
    expect(heard.texts).toEqual(['7', '8', '9']);
    expect(heard.batches.map(({ missing }) => missing)).toEqual([3n]);
  });

  it('counts nothing as lost for a group that is new', async () => {
    const settings = await freshTopics(1);
    const feed = feeds.of(settings);
    await publish(feed, 0, 10);
    await deleteBefore(settings, 7);
    const heard = await heardOnce(feed, 3);
    expect(heard.texts).toEqual(['7', '8', '9']);
    expect(heard.batches.every(({ missing }) => missing === 0n)).toBe(true);
  });

  it('tells when the log ends before what was committed, and begins anew', async () => {
    const settings = await freshTopics(1);
    const feed = feeds.of(settings);
    await publish(feed, 0, 5);
    await asAdmin((admin) =>
      admin.setOffsets({
        groupId: groupOf(settings, GROUP),
        topic: nameOf(settings, EVENTS),
        partitions: [{ partition: 0, offset: '50' }],
      }),
    );
    const heard = await heardOnce(feed, 5);
    expect(heard.texts).toEqual(['0', '1', '2', '3', '4']);
    expect(heard.batches[0]).toMatchObject({ rewoundFrom: 50n, missing: 0n });
    await publish(feed, 5, 7);
    const again = await heardOnce(feed, 2);
    expect(again.texts).toEqual(['5', '6']);
    expect(again.batches[0]?.rewoundFrom).toBeUndefined();
  });

  it('tells when the topic was made again under a running consumer, and begins anew', async () => {
    const settings = await freshTopics(1);
    const feed = feeds.of(settings);
    const heard = listen(feed);
    await publish(feed, 0, 5);
    await until('five were heard', () => heard.texts.length >= 5);
    await makeTopicAnew(settings, 1);
    await publish(feeds.of(settings), 5, 15);
    await until('the new ones were heard', () => heard.texts.length >= 15);
    await heard.stop();
    expect(heard.texts.slice(5)).toEqual(Array.from({ length: 10 }, (_, index) => `${5 + index}`));
    expect(heard.batches.some(({ rewoundFrom }) => rewoundFrom === 5n)).toBe(true);
  });

  it('takes up a topic that was made again also where it had paused a partition, because its handler is slow', async () => {
    const settings = await freshTopics(2, { limits: { bufferBytesMax: 2_000 } });
    const feed = feeds.of(settings);
    const release = gate();
    const [heard, inHand] = [gate(), gate()];
    const consumption = feed.consume({ topic: EVENTS, group: GROUP }, async (batch) => {
      inHand.open();
      await release.opened;
      if (textsOf(batch).includes('100')) heard.open();
      await batch.commitThrough(lastOf(batch));
    });
    await publish(feed, 0, 10);
    await inHand.opened;
    // Nothing tells from outside when these were fetched and the partition was paused; removing the topic takes longer.
    await publish(feed, 10, 30);
    await makeTopicAnew(settings, 2);
    release.open();
    await publish(feeds.of(settings), 100, 101);
    await heard.opened;
    await consumption.stop();
  });

  it('takes the marks of a gateway’s transactions for no loss', async () => {
    const settings = await freshTopics(1);
    const feed = feeds.of(settings);
    const producer = plainClient().producer({
      transactionalId: nameOf(settings, EVENTS),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const send = async (from: number, to: number, isKept: boolean): Promise<void> => {
      const transaction = await producer.transaction();
      const messages = Array.from({ length: to - from }, (_, index) => ({ value: `${from + index}` }));
      await transaction.send({ topic: nameOf(settings, EVENTS), messages });
      await (isKept ? transaction.commit() : transaction.abort());
    };
    const heard = listen(feed);
    await send(0, 3, true);
    await until('three were heard', () => heard.texts.length >= 3);
    await send(3, 5, false);
    await send(5, 7, false);
    await until('all is read', async () => (await feed.lag(EVENTS, GROUP)) > 5n);
    await send(7, 10, true);
    await until('six were heard', () => heard.texts.length >= 6);
    await heard.stop();
    await send(10, 11, true);
    await producer.disconnect();
    const again = await heardOnce(feed, 1);
    expect([...heard.texts, ...again.texts]).toEqual(['0', '1', '2', '7', '8', '9', '10']);
    expect(
      [...heard.batches, ...again.batches].every((batch) => batch.missing === 0n && batch.rewoundFrom === undefined),
    ).toBe(true);
  });
});

describe('consuming from a real broker: nobody waits for the slow', () => {
  it('goes on with the other partitions while one is slow', async () => {
    const feed = feeds.of(await freshTopics(2));
    const release = gate();
    const slow = new Set<number>();
    const heard = listen(feed, async (batch) => {
      if (slow.size === 0) slow.add(batch.partition);
      if (slow.has(batch.partition)) await release.opened;
    });
    for (let round = 0; round < 10; round += 1) {
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await publish(feed, round, round + 1, key);
    }
    await until('the others were heard', () => heard.texts.length >= 10);
    expect(heard.batches.every(({ partition }) => !slow.has(partition))).toBe(true);
    release.open();
    await until('all were heard', () => heard.texts.length >= 60);
    await heard.stop();
  });

  it('keeps its membership through a batch that takes twice the session', async () => {
    const feed = feeds.of(await freshTopics(1, { limits: LIVELY }));
    await publish(feed, 0, 3);
    const heard = listen(feed, async () => {
      const end = performance.now() + 2 * LIVELY.sessionTimeoutMs;
      await until('two sessions are over', () => performance.now() > end);
    });
    await until('they were heard', () => heard.texts.length >= 3);
    await until('they are committed', async () => (await feed.lag(EVENTS, GROUP)) === 0n);
    await heard.stop();
    expect(heard.texts).toEqual(['0', '1', '2']);
  });

  it('holds no more than its share while the handler is busy, and loses nothing of the rest', async () => {
    const feed = feeds.of(
      await freshTopics(2, { limits: { bufferBytesMax: 200_000, fetchPartitionBytesMax: 100_000 } }),
    );
    const release = gate();
    const heard = listen(feed, () => release.opened);
    const messages = Array.from({ length: 4_000 }, (_, index) => ({
      key: `${index % 7}`,
      value: `${index}`.padStart(1_000),
    }));
    await feed.publish(EVENTS, messages);
    release.open();
    await until('all were heard', () => heard.texts.length >= 4_000);
    await heard.stop();
    expect(new Set(heard.texts.map((text) => text.trim())).size).toBe(4_000);
    expect(heard.texts).toHaveLength(4_000);
  });

  it('watches nothing any more when it was stopped before it had begun', async () => {
    const waiting = new Set<() => void>();
    const feed = openKafkaMeterFeed(await freshTopics(1), {
      now: () => 0,
      after: (_, act) => {
        waiting.add(act);
        return () => void waiting.delete(act);
      },
      soon: setImmediate,
    });
    const heard = listen(feed);
    await heard.stop();
    await feed.close();
    expect(waiting).toEqual(new Set());
    expect(await reasonOf(feed.lag(EVENTS, GROUP))).toMatchObject({ code: 'feed-unavailable' });
  });

  it('stops within a second when it is idle', async () => {
    const feed = feeds.of(await freshTopics(1));
    await publish(feed, 0, 1);
    const heard = listen(feed);
    await until('it was heard', () => heard.texts.length > 0);
    const before = performance.now();
    await heard.stop();
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

async function deleteBefore(settings: KafkaSettings, offset: number): Promise<void> {
  const topic = nameOf(settings, EVENTS);
  await asAdmin(async (admin) => {
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: `${offset}` }] });
  });
}

/** Removes the topic, waits until the broker forgot the commits with it, and makes it again. */
async function makeTopicAnew(settings: KafkaSettings, numPartitions: number): Promise<void> {
  const topic = nameOf(settings, EVENTS);
  await asAdmin(async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await until('it is gone, and the commits with it', async () => {
      const stored = await admin.fetchOffsets({ groupId: groupOf(settings, GROUP) });
      return !(await admin.listTopics()).includes(topic) && !stored.some((held) => held.topic === topic);
    });
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions }] });
    await until('it is there again', async () => (await admin.listTopics()).includes(topic));
  });
}
