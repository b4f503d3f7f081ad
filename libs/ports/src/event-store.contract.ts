import { randomUUID } from 'node:crypto';
import { canon } from '@ledger/units';
import { all, fact, facts, typesIn } from './event-store-facts.contract';
import { appendedConcurrently, keepsLimits } from './event-store-appends.contract';
import { follows } from './event-store-following.contract';
import { RevisionConflict, type EventStore, type NewEvent, type RecordedEvent } from './event-store';
import { PATIENCE_MS, reasonOf, unique, type Trial } from './trial.contract';

/** What every EventStore adapter promises. Call it from the adapter's own spec; the store may hold other streams. */
export function eventStoreContract(adapter: string, open: () => Promise<Trial<EventStore>>): void {
  describe(`${adapter} keeps the EventStore contract`, () => {
    jest.setTimeout(2 * PATIENCE_MS);
    let trial: Trial<EventStore>;
    const store = (): EventStore => trial.port;
    beforeAll(async () => {
      trial = await open();
    });
    afterAll(() => trial.end());

    describe('appending', () => appends(store));
    describe('appending again', () => appendsAgain(store));
    describe('concurrent writers', () => appendedConcurrently(store));
    describe('limits', () => keepsLimits(store));
    describe('reading', () => reads(store));
    describe('following', () => follows(store));

    it('holds everything after it was opened again, and takes up where it was', async () => {
      const [stream, events] = [unique('session'), facts(3)];
      await store().append(stream, 'none', events);
      const before = await all(store().read(stream));
      await trial.reopen();
      expect(await all(store().read(stream))).toEqual(before);
      expect(await store().append(stream, 'none', events)).toBe(2n);
      expect(await store().append(stream, 2n, [fact('After')])).toBe(3n);
      const [last] = await all(store().read(stream, { from: 3n }));
      expect(last?.position).toBeGreaterThan(before[2]?.position ?? 0n);
    });

    it('tells that it is reachable', async () => {
      expect(await store().isReachable()).toBe(true);
    });
  });
}

function appends(store: () => EventStore): void {
  it('answers with the revision of the last event, from 0 on', async () => {
    const stream = unique('session');
    expect(await store().append(stream, 'none', [fact('A')])).toBe(0n);
    expect(await store().append(stream, 0n, [fact('B'), fact('C')])).toBe(2n);
    expect(await typesIn(store(), stream)).toEqual(['A', 'B', 'C']);
  });

  it('refuses an append that expects an unwritten stream, and writes nothing', async () => {
    const stream = unique('session');
    await store().append(stream, 'none', [fact('A')]);
    const reason = await reasonOf(store().append(stream, 'none', [fact('B')]));
    expect(reason).toBeInstanceOf(RevisionConflict);
    expect(reason).toMatchObject({ code: 'revision-conflict', stream, expected: 'none', actual: 0n });
    expect(await typesIn(store(), stream)).toEqual(['A']);
  });

  it('refuses an append that expects an older revision', async () => {
    const stream = unique('session');
    await store().append(stream, 'none', facts(3));
    const reason = await reasonOf(store().append(stream, 1n, [fact('B')]));
    expect(reason).toMatchObject({ code: 'revision-conflict', expected: 1n, actual: 2n });
  });

  it('refuses an append that expects more than there is', async () => {
    const stream = unique('session');
    expect(await reasonOf(store().append(stream, 0n, [fact('A')]))).toMatchObject({ expected: 0n, actual: 'none' });
    await store().append(stream, 'none', [fact('A')]);
    expect(await reasonOf(store().append(stream, 5n, [fact('B')]))).toMatchObject({ expected: 5n, actual: 0n });
    expect(await typesIn(store(), stream)).toEqual(['A']);
  });

  it('keeps streams apart whose names begin alike', async () => {
    const stream = unique('session');
    await store().append(stream, 'none', [fact('A')]);
    expect(await store().append(`${stream}0`, 'none', [fact('B')])).toBe(0n);
    expect(await typesIn(store(), stream)).toEqual(['A']);
  });

  it('refuses no events and ids that are no UUIDs as defects of the caller', async () => {
    const stream = unique('session');
    expect(await reasonOf(store().append(stream, 'none', []))).toBeInstanceOf(RangeError);
    const odd = { ...fact('A'), id: 'event-1' };
    expect(await reasonOf(store().append(stream, 'none', [odd]))).toBeInstanceOf(RangeError);
    expect(await reasonOf(store().append('', 'none', [fact('A')]))).toBeInstanceOf(RangeError);
    expect(await typesIn(store(), stream)).toEqual([]);
  });
}

function appendsAgain(store: () => EventStore): void {
  it('succeeds for the same ids at the same place and writes nothing, also long after', async () => {
    const [stream, first, second] = [unique('session'), facts(2), facts(3)];
    await store().append(stream, 'none', first);
    expect(await store().append(stream, 'none', first)).toBe(1n);
    await store().append(stream, 1n, second);
    await store().append(stream, 4n, facts(2));
    expect(await store().append(stream, 'none', first)).toBe(1n);
    expect(await store().append(stream, 1n, second)).toBe(4n);
    expect(await all(store().read(stream))).toHaveLength(7);
  });

  it('succeeds for a prefix of what was appended, with the revision of its own last event', async () => {
    const [stream, events] = [unique('session'), facts(4)];
    await store().append(stream, 'none', events);
    expect(await store().append(stream, 'none', events.slice(0, 2))).toBe(1n);
    expect(await store().append(stream, 1n, events.slice(2, 3))).toBe(2n);
    expect(await all(store().read(stream))).toHaveLength(4);
  });

  it('refuses the same ids in another order, with another one among them, or with more behind', async () => {
    const [stream, events] = [unique('session'), facts(2)];
    await store().append(stream, 'none', events);
    for (const other of [events.toReversed(), [...events.slice(0, 1), fact('X')], [...events, fact('X')]]) {
      expect(await reasonOf(store().append(stream, 'none', other))).toBeInstanceOf(RevisionConflict);
    }
    expect(await typesIn(store(), stream)).toEqual(['Fact0', 'Fact1']);
  });

  it('compares ids alone: the content that was stored first stays', async () => {
    const [stream, event] = [unique('session'), fact('A', { say: 'first' })];
    await store().append(stream, 'none', [event]);
    expect(await store().append(stream, 'none', [{ ...event, data: canon({ say: 'second' }) }])).toBe(0n);
    expect((await all(store().read(stream)))[0]?.data).toBe('{"say":"first"}');
  });

  it('takes an id again where the expected revision is right: the store is no guard against repetition', async () => {
    const [stream, event] = [unique('session'), fact('A')];
    await store().append(stream, 'none', [event]);
    expect(await store().append(stream, 0n, [event])).toBe(1n);
    expect(await typesIn(store(), stream)).toEqual(['A', 'A']);
  });
}

function reads(store: () => EventStore): void {
  it('yields nothing for a stream that was never written', async () => {
    expect(await all(store().read(unique('session')))).toEqual([]);
  });

  it('keeps ids, types and the text of data and metadata exactly', async () => {
    const stream = unique('session-ü');
    const data = {
      a: '\u0000\u001f"\\/',
      b: 'Zürich 東京 🔌 \u2028\ufeff',
      c: ['', null, true, 9007199254740991],
      zero: '62500.1270',
    };
    const event: NewEvent = { id: randomUUID(), type: 'Ladevorgang·begonnen', data: canon(data), metadata: canon({}) };
    await store().append(stream, 'none', [event]);
    const [stored] = await all(store().read(stream));
    expect(stored).toMatchObject({ ...event, stream, revision: 0n });
    expect(stored?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('begins at a revision and ends after a number of events', async () => {
    const stream = unique('session');
    await store().append(stream, 'none', facts(10));
    const read = async (options: { from?: bigint; max?: number }): Promise<string[]> =>
      (await all(store().read(stream, options))).map((event) => event.type);
    expect(await read({ from: 8n })).toEqual(['Fact8', 'Fact9']);
    expect(await read({ from: 2n, max: 3 })).toEqual(['Fact2', 'Fact3', 'Fact4']);
    expect(await read({ max: 1 })).toEqual(['Fact0']);
    expect(await read({ from: 10n })).toEqual([]);
  });

  it('yields long streams whole and in order, with positions that grow', async () => {
    const stream = unique('session');
    for (let batch = 0; batch < 5; batch += 1) {
      await store().append(stream, batch === 0 ? 'none' : BigInt(batch * 400 - 1), facts(400));
    }
    const events = await all(store().read(stream));
    expect(events.map((event) => event.revision)).toEqual(Array.from({ length: 2000 }, (_, index) => BigInt(index)));
    expect(events.every((event, index) => index === 0 || event.position > positionOf(events[index - 1]))).toBe(true);
  });

  it('may be left early', async () => {
    const stream = unique('session');
    await store().append(stream, 'none', facts(5));
    for await (const event of store().read(stream)) {
      if (event.revision === 1n) break;
    }
    expect(await store().append(stream, 4n, [fact('After')])).toBe(5n);
  });
}

function positionOf(event: RecordedEvent | undefined): bigint {
  return event?.position ?? -1n;
}
