import { join } from 'node:path';
import type { FeedMessage, MeterFeed } from '@ledger/ports';
import { instantOf, type Instant } from '@ledger/units';
import { meterFeedContract } from '@ledger/ports/meter-feed.contract';
import { lastOf, listen, messagesOf } from '@ledger/ports/meter-feed-listening.contract';
import { gate, reasonOf, until } from '@ledger/ports/trial.contract';
import { EmbeddedMeterFeed } from './embedded-meter-feed';
import { folderTrial } from './folder-trial.contract';
import { EMBEDDED_LIMITS } from './limits';
import { partitionOf } from './murmur2';
import { SystemClock } from './system-clock';

const openIn = (folder: string): EmbeddedMeterFeed => new EmbeddedMeterFeed(join(folder, 'feed.db'), new SystemClock());

meterFeedContract('EmbeddedMeterFeed', folderTrial<MeterFeed>(openIn));

const EVER: Instant = instantOf(253_402_300_799_000) ?? new SystemClock().now();

describe('EmbeddedMeterFeed', () => {
  it('keeps the number of partitions that the folder was made with', async () => {
    const trial = await folderTrial(
      (folder) => new EmbeddedMeterFeed(join(folder, 'feed.db'), new SystemClock(), sizes.pop()),
    )();
    const feed = await trial.reopen();
    await feed.publish(
      'meter-events',
      Array.from({ length: 40 }, () => ({ key: null, value: 'x', headers: { run: 'r' } })),
    );
    const listening = listen(feed, { group: 'g', run: 'r' });
    await until('all were delivered', () => listening.heard.length >= 40);
    await trial.end();
    expect(new Set(listening.heard.map((record) => record.partition))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  });
  const sizes = [2, 7];

  it('refuses more when too many bytes wait for the disk, and takes more afterwards', async () => {
    const trial = await folderTrial(openIn)();
    const message: FeedMessage = { key: 'k', value: 'x'.repeat(900_000) };
    const many = Array.from(
      { length: Math.ceil(EMBEDDED_LIMITS.publishesWaitingBytesMax / 900_000) - 1 },
      () => message,
    );
    const first = trial.port.publish('meter-events', many);
    expect(await reasonOf(trial.port.publish('meter-events', [message, message]))).toMatchObject({ code: 'feed-full' });
    await first;
    await trial.port.publish('meter-events', [message]);
    expect(await trial.port.lag('meter-events', 'g')).toBe(BigInt(many.length + 1));
    await trial.end();
  });

  it('hands over batches of bounded bytes', async () => {
    const trial = await folderTrial(openIn)();
    const messages = Array.from({ length: 12 }, () => ({
      key: 'k',
      value: 'x'.repeat(900_000),
      headers: { run: 'r' },
    }));
    await trial.port.publish('meter-events', messages);
    const listening = listen(trial.port, { group: 'g', run: 'r' });
    await until('all were delivered', () => listening.heard.length >= 12);
    expect(listening.batches.map((batch) => batch.records.length)).toEqual([5, 5, 2]);
    await trial.end();
  });

  it('waits for the batch in hand before another member of the group gets the partition', async () => {
    const trial = await folderTrial(openIn)();
    const keys = [1, 3].map((partition) => keyOfPartition(partition));
    const [inHand, release] = [gate(), gate()];
    const steps: string[] = [];
    const join = (name: string): ReturnType<MeterFeed['consume']> =>
      trial.port.consume({ topic: 'meter-events', group: 'g' }, async (batch) => {
        steps.push(`${name} begins ${batch.partition}`);
        inHand.open();
        if (name === 'first') await release.opened;
        steps.push(`${name} ends ${batch.partition}`);
        if (!batch.isStale()) await batch.commitThrough(lastOf(batch));
      });
    await trial.port.publish('meter-events', [{ key: keys[0] ?? '', value: 'x' }]);
    const first = join('first');
    await inHand.opened;
    const second = join('second');
    await trial.port.publish('meter-events', [{ key: keys[1] ?? '', value: 'x' }]);
    await until('the second member is at work', () => steps.includes('second ends 3'));
    release.open();
    await until('it got the other partition too', () => steps.includes('second ends 1'));
    await Promise.all([first.stop(), second.stop()]);
    expect(steps).toEqual([
      'first begins 1',
      'second begins 3',
      'second ends 3',
      'first ends 1',
      'second begins 1',
      'second ends 1',
    ]);
    await trial.end();
  });

  it('sweeps what all groups committed and nothing else, and goes on with the offsets', async () => {
    const trial = await folderTrial(openIn)();
    await trial.port.publish('meter-events', messagesOf('r', 'k', 10));
    const slow = trial.port.consume({ topic: 'meter-events', group: 'slow', batchMax: 4 }, async (batch) => {
      if (batch.records[0]?.offset === 0n) await batch.commitThrough(2n);
    });
    const quick = listen(trial.port, { group: 'quick', run: 'r' });
    await until(
      'both are through',
      async () => quick.heard.length >= 10 && (await trial.port.lag('meter-events', 'slow')) <= 7n,
    );
    await Promise.all([slow.stop(), quick.stop()]);
    expect(await trial.port.trim('meter-events', quick.heard[0]?.publishedAt ?? EVER)).toBe(0n);
    expect(await trial.port.trim('meter-events', EVER)).toBe(3n);
    const rest = listen(trial.port, { group: 'slow', run: 'r' });
    await until('the rest came', () => rest.heard.length >= 7);
    await rest.stop();
    expect(rest.batches[0]?.missing).toBe(0n);
    expect(await trial.port.trim('meter-events', EVER)).toBe(7n);
    const feed = await trial.reopen();
    await feed.publish('meter-events', messagesOf('r', 'k', 1));
    const later = listen(feed, { group: 'later', run: 'r' });
    await until('it came', () => later.heard.length >= 1);
    expect(later.heard.map((record) => record.offset)).toEqual([10n]);
    await trial.end();
  });

  it('refuses everything after it was closed, and a number of partitions that is none', async () => {
    const trial = await folderTrial(openIn)();
    await trial.end();
    expect(await reasonOf(trial.port.publish('meter-events', messagesOf('r', 'k', 1)))).toMatchObject({
      code: 'feed-unavailable',
    });
    expect(await trial.port.isReachable()).toBe(false);
    expect(EMBEDDED_LIMITS.feedPartitions).toBe(4);
    expect(() => new EmbeddedMeterFeed(':memory:', new SystemClock(), 0)).toThrow(RangeError);
  });
});

function keyOfPartition(partition: number): string {
  for (let number = 0; ; number += 1) {
    if (partitionOf(`k${number}`, EMBEDDED_LIMITS.feedPartitions) === partition) return `k${number}`;
  }
}
