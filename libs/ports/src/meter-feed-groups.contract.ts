import type { MeterFeed } from './meter-feed';
import { heardIn, lastOf, listen, messagesOf, type Listening } from './meter-feed-listening.contract';
import { unique, until } from './trial.contract';

/** The part of the contract for groups, their members and their lag. */
export function sharesPartitions(feed: () => MeterFeed): void {
  it('gives each group all records, whatever the others committed', async () => {
    const run = unique('run');
    await feed().publish('meter-events', messagesOf(run, 'k', 4));
    const first = listen(feed(), { group: unique('group'), run });
    await until('the first group has all', () => first.heard.length >= 4);
    const second = listen(feed(), { group: unique('group'), run });
    await until('the second group has all', () => second.heard.length >= 4);
    await feed().publish('meter-events', messagesOf(run, 'k', 1));
    await until('both have the new one', () => first.heard.length >= 5 && second.heard.length >= 5);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('hands over what is published while it waits', async () => {
    const run = unique('run');
    const listening = listen(feed(), { group: unique('group'), run });
    for (let each = 1; each <= 5; each += 1) {
      await feed().publish('meter-events', messagesOf(run, `k${each}`, 1));
      await until('it was delivered', () => listening.heard.length >= each);
    }
    await listening.stop();
    expect(listening.heard).toHaveLength(5);
  });

  it('divides the partitions among the members of a group, loses nothing, and gives a leaver’s share to those who stay', async () => {
    const [run, group] = [unique('run'), unique('group')];
    const sent: string[] = [];
    const publish = async (): Promise<void> => {
      const keys = Array.from({ length: 12 }, (_, index) => `${index}~${sent.length}`);
      await feed().publish(
        'meter-events',
        keys.flatMap((key) => messagesOf(run, key, 1)),
      );
      sent.push(...keys.map((key) => `${key}#0`));
    };
    const members: Listening[] = [listen(feed(), { group, run }), listen(feed(), { group, run })];
    await until('both members got records', async () => {
      await publish();
      return members.every((member) => member.heard.length > 0);
    });
    const missing = (): number => {
      const heard = new Set(members.flatMap((member) => member.heard.map((record) => record.text)));
      return sent.filter((text) => !heard.has(text)).length;
    };
    await until('all were delivered', () => missing() === 0);
    await members[0]?.stop();
    await publish();
    await until('the one who stayed has the rest', () => missing() === 0);
    await members[1]?.stop();
  });

  it('handles one batch at a time of each partition, also while members come and go', async () => {
    const [run, group] = [unique('run'), unique('group')];
    const busy = new Map<number, number>();
    let [handled, overlaps] = [0, 0];
    const member = (): ReturnType<MeterFeed['consume']> =>
      feed().consume({ topic: 'meter-events', group, batchMax: 3 }, async (batch) => {
        busy.set(batch.partition, (busy.get(batch.partition) ?? 0) + 1);
        if (busy.get(batch.partition) !== 1) overlaps += 1;
        await new Promise((resolve) => setImmediate(resolve));
        handled += heardIn(batch, run).length;
        busy.set(batch.partition, (busy.get(batch.partition) ?? 0) - 1);
        if (!batch.isStale()) await batch.commitThrough(lastOf(batch));
      });
    const first = member();
    for (let each = 0; each < 20; each += 1) await feed().publish('meter-events', messagesOf(run, `k${each}`, 5));
    const second = member();
    await until('half is handled', () => handled >= 50);
    await first.stop();
    await until('all is handled', () => handled >= 100);
    await second.stop();
    expect(overlaps).toBe(0);
  });

  it('counts what a group has not committed yet', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 3));
    expect(await feed().lag('meter-events', group)).toBeGreaterThanOrEqual(3n);
    const listening = listen(feed(), { group, run });
    await until('nothing is left', async () => (await feed().lag('meter-events', group)) === 0n);
    await listening.stop();
    await feed().publish('meter-events', [...messagesOf(run, 'a', 4), ...messagesOf(run, 'b', 3)]);
    expect(await feed().lag('meter-events', group)).toBe(7n);
  });
}
