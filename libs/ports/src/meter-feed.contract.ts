import { canon } from '@ledger/units';
import { MESSAGE_BYTES_MAX, type FeedMessage, type MeterFeed } from './meter-feed';
import { commitsAndStops } from './meter-feed-commits.contract';
import { sharesPartitions } from './meter-feed-groups.contract';
import { listen, messagesOf } from './meter-feed-listening.contract';
import { PATIENCE_MS, reasonOf, unique, until, type Trial } from './trial.contract';

/**
 * What every MeterFeed adapter promises. Call it from the adapter's own spec. The topic `meter-events` has at least two
 * partitions; it may hold other records, but nobody else publishes meanwhile.
 */
export function meterFeedContract(adapter: string, open: () => Promise<Trial<MeterFeed>>): void {
  describe(`${adapter} keeps the MeterFeed contract`, () => {
    jest.setTimeout(2 * PATIENCE_MS);
    let trial: Trial<MeterFeed>;
    beforeAll(async () => {
      trial = await open();
    });
    afterAll(() => trial.end());

    describe('publishing', () => publishes(() => trial.port));
    describe('committing and stopping', () => commitsAndStops(() => trial));
    describe('groups', () => sharesPartitions(() => trial.port));

    it('tells that it is reachable', async () => {
      expect(await trial.port.isReachable()).toBe(true);
    });
  });
}

function publishes(feed: () => MeterFeed): void {
  it('keeps the messages of a key in order, in one partition', async () => {
    const run = unique('run');
    const keys = Array.from({ length: 6 }, (_, index) => unique(`tenant:station-${index}`));
    for (let round = 0; round < 5; round += 1) {
      const messages = keys.flatMap((key) => [0, 1, 2].map((each) => message(run, key, `${round * 3 + each}`)));
      await feed().publish('meter-events', messages);
    }
    const listening = listen(feed(), { group: unique('group'), run });
    await until('all were delivered', () => listening.heard.length >= 90);
    await listening.stop();
    for (const key of keys) {
      const heard = listening.heard.filter((record) => record.key === key);
      expect(heard.map((record) => record.text)).toEqual(Array.from({ length: 15 }, (_, index) => `${index}`));
      expect(new Set(heard.map((record) => record.partition)).size).toBe(1);
      expect(heard.every((record, index) => index === 0 || record.offset > (heard[index - 1]?.offset ?? 0n))).toBe(
        true,
      );
    }
  });

  it('keeps the order in which calls came, also when nobody waited between them', async () => {
    const [run, key] = [unique('run'), unique('tenant:station')];
    const calls = Array.from({ length: 40 }, (_, index) =>
      feed().publish('meter-events', [message(run, key, `${index}`)]),
    );
    await Promise.all(calls);
    const listening = listen(feed(), { group: unique('group'), run });
    await until('all were delivered', () => listening.heard.length >= 40);
    await listening.stop();
    expect(listening.heard.map((record) => record.text)).toEqual(Array.from({ length: 40 }, (_, index) => `${index}`));
  });

  it('keeps keys, headers and values exactly', async () => {
    const run = unique('run');
    const messages: readonly FeedMessage[] = [
      {
        key: 'standort:Zürich 🔌',
        value: canon({ text: 'Ladesäule 東京 🔌 \u0000' }),
        headers: { run, 'content-type': 'ä/ö' },
      },
      { key: null, value: 'no key', headers: { run } },
      { key: '', value: 'an empty key', headers: { run } },
      { key: 'bytes', value: Uint8Array.from([0, 255, 254, 128, 0, 10]), headers: { run } },
      { key: 'empty', value: '', headers: { run } },
      { key: 'empty bytes', value: new Uint8Array(), headers: { run } },
    ];
    const before = new Date(Date.now() - CLOCK_SKEW_MS).toISOString();
    await feed().publish('meter-events', messages);
    const listening = listen(feed(), { group: unique('group'), run });
    await until('all were delivered', () => listening.heard.length >= messages.length);
    await listening.stop();
    for (const { key, value, headers } of messages) {
      const heard = listening.heard.find((record) => record.key === key);
      expect(heard).toMatchObject({ key, headers });
      expect(Buffer.from(heard?.value ?? []).equals(Buffer.from(value))).toBe(true);
      expect(heard?.publishedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect((heard?.publishedAt ?? '') >= before).toBe(true);
    }
  });

  it('spreads messages without a key over the partitions', async () => {
    const run = unique('run');
    for (let each = 0; each < 8; each += 1) await feed().publish('meter-events', messagesOf(run, null, 8));
    const listening = listen(feed(), { group: unique('group'), run });
    await until('all were delivered', () => listening.heard.length >= 64);
    await listening.stop();
    expect(new Set(listening.heard.map((record) => record.partition)).size).toBeGreaterThan(1);
  });

  it('carries a message of the largest size, and refuses a larger one with all of its call', async () => {
    const [run, key] = [unique('run'), unique('big')];
    const rest = Buffer.byteLength(`${key}run${run}`);
    const big = message(run, key, 'x'.repeat(MESSAGE_BYTES_MAX - rest));
    const bigger = message(run, key, 'x'.repeat(MESSAGE_BYTES_MAX - rest + 1));
    const refused = reasonOf(feed().publish('meter-events', [message(run, key, 'first'), bigger]));
    expect(await refused).toMatchObject({ code: 'message-too-large' });
    await feed().publish('meter-events', [big]);
    const listening = listen(feed(), { group: unique('group'), run });
    await until('it was delivered', () => listening.heard.length > 0);
    await listening.stop();
    expect(listening.heard.map((record) => record.text === big.value)).toEqual([true]);
  });

  it('takes no messages as nothing to do', async () => {
    await feed().publish('meter-events', []);
    expect(await feed().isReachable()).toBe(true);
  });
}

/** How far the clocks of a test and a server may differ. */
const CLOCK_SKEW_MS = 60_000;

function message(run: string, key: string, value: string): FeedMessage {
  return { key, value, headers: { run } };
}
