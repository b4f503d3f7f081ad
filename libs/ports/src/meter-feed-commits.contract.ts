import { StaleBatch, type FeedBatch, type MeterFeed } from './meter-feed';
import { heardIn, lastOf, listen, messagesOf } from './meter-feed-listening.contract';
import { gate, reasonOf, unique, until, type Trial } from './trial.contract';

/** The part of the contract for commits, redelivery and the end of consumers. */
export function commitsAndStops(trial: () => Trial<MeterFeed>): void {
  const feed = (): MeterFeed => trial().port;
  const texts = async (group: string, run: string, last: string): Promise<string[]> => {
    const listening = listen(feed(), { group, run });
    await until(`${last} was delivered`, () => listening.heard.some((record) => record.text === last));
    await listening.stop();
    return listening.heard.map((record) => record.text);
  };

  it('delivers again what was not committed, after it was opened again', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 5));
    const listening = listen(feed(), { group, run, commits: false });
    await until('all were delivered', () => listening.heard.length >= 5);
    await listening.stop();
    await trial().reopen();
    expect(await texts(group, run, 'k#4')).toEqual(['k#0', 'k#1', 'k#2', 'k#3', 'k#4']);
  });

  it('delivers nothing again that was committed, after it was opened again', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 5));
    await texts(group, run, 'k#4');
    await trial().reopen();
    await feed().publish('meter-events', messagesOf(run, 'k', 6).slice(5));
    expect(await texts(group, run, 'k#5')).toEqual(['k#5']);
  });

  it('goes on behind the offset that was committed in the middle of a batch, and never moves a commit back', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 8));
    let seen = 0;
    const consumption = feed().consume({ topic: 'meter-events', group }, async (batch) => {
      if (seen > 5) return;
      const ours = heardIn(batch, run);
      const upTo = ours.find((record) => record.text === 'k#5');
      await batch.commitThrough(upTo?.offset ?? lastOf(batch));
      if (ours.length > 0 && upTo !== undefined) await batch.commitThrough(batch.records[0]?.offset ?? 0n);
      seen += upTo === undefined ? ours.length : 6;
    });
    await until('the sixth was committed', () => seen > 5);
    await consumption.stop();
    expect(await texts(group, run, 'k#7')).toEqual(['k#6', 'k#7']);
  });

  it('goes on to the next batch within one consumer, committed or not', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 9));
    const listening = listen(feed(), { group, run, commits: false, batchMax: 2 });
    await until('all were delivered', () => listening.heard.length >= 9);
    await listening.stop();
    expect(listening.heard.map((record) => record.text)).toEqual(messagesOf(run, 'k', 9).map((sent) => sent.value));
    expect(Math.max(...listening.batches.map((batch) => batch.records.length))).toBeLessThanOrEqual(2);
    expect(listening.batches.every((batch) => batch.missing === 0n)).toBe(true);
  });

  it('refuses to commit an offset that is not of the batch', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 1));
    const reasons: unknown[] = [];
    const consumption = feed().consume({ topic: 'meter-events', group }, async (batch) => {
      reasons.push(await reasonOf(batch.commitThrough(lastOf(batch) + 1n)));
    });
    await until('it was refused', () => reasons.length > 0);
    await consumption.stop();
    expect(reasons[0]).toBeInstanceOf(RangeError);
  });

  it('ends with the error of its handler; a consumer that begins later gets the records again', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 3));
    const consumption = feed().consume({ topic: 'meter-events', group }, async (batch) => {
      if (heardIn(batch, run).length > 0) throw new Error('the handler is broken');
      await batch.commitThrough(lastOf(batch));
    });
    expect(await reasonOf(consumption.ended)).toMatchObject({ message: 'the handler is broken' });
    await consumption.stop();
    expect(await texts(group, run, 'k#2')).toEqual(['k#0', 'k#1', 'k#2']);
  });

  it('lives on when a handler gives up a batch as stale, and delivers the batch again', async () => {
    const [run, group] = [unique('run'), unique('group')];
    await feed().publish('meter-events', messagesOf(run, 'k', 1));
    let tries = 0;
    const consumption = feed().consume({ topic: 'meter-events', group }, async (batch) => {
      if (heardIn(batch, run).length > 0 && (tries += 1) === 1) throw new StaleBatch('the partition went away');
      await batch.commitThrough(lastOf(batch));
    });
    await until('it came again', () => tries >= 2);
    await consumption.stop();
    await consumption.ended;
  });

  it('tells the batch in hand that it is stale when it stops, lets it finish and commit, and takes no more', async () => {
    const [run, group, release] = [unique('run'), unique('group'), gate()];
    await feed().publish('meter-events', messagesOf(run, 'k', 2));
    const inHand: FeedBatch[] = [];
    const consumption = feed().consume({ topic: 'meter-events', group, batchMax: 1 }, async (batch) => {
      if (heardIn(batch, run).length > 0) {
        inHand.push(batch);
        await release.opened;
      }
      await batch.commitThrough(lastOf(batch));
    });
    await until('a batch is in hand', () => inHand.length === 1);
    expect(inHand[0]?.isStale()).toBe(false);
    await inHand[0]?.heartbeat();
    const stop = consumption.stop();
    await until('it is stale', () => inHand[0]?.isStale() === true);
    release.open();
    await stop;
    await consumption.ended;
    expect(await texts(group, run, 'k#1')).toEqual(['k#1']);
    expect(inHand).toHaveLength(1);
    const late = inHand[0];
    expect(await reasonOf(late?.commitThrough(lastOf(late)) ?? Promise.resolve())).toBeInstanceOf(StaleBatch);
    expect(await reasonOf(late?.heartbeat() ?? Promise.resolve())).toBeInstanceOf(StaleBatch);
  });
}
