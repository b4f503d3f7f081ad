import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EmbeddedEventStore, SystemClock } from '@ledger/adapters/embedded';
import { verifyChain } from '@ledger/audit';
import { OutcomeUnknown, StoreUnavailable } from '@ledger/ports';
import type { EventStore } from '@ledger/ports';
import { canon } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { CacheMemory } from './cache-memory';
import { DECIDE_ATTEMPTS_MAX, READ_AT_ONCE, SMALL_STATE_BYTES, Streams } from './streams';
import type { StreamFold, StreamsLimits } from './streams';

interface Added {
  readonly type: 'Added';
  readonly name: string;
}

const NAMES: StreamFold<readonly string[], Added> = {
  initial: () => [],
  evolve: (names, { name }) => [...names, name],
  read: (_, data) => ({ type: 'Added', ...(JSON.parse(data) as { name: string }) }),
  write: ({ type, name }) => ({ type, data: canon({ name }) }),
  weigh: (names) => names.length,
};

const CAUSE = {
  tenant: 'default',
  recordedAt: '2026-06-01T00:00:00.000Z' as string as Instant,
  correlation: 'test',
  causation: 'test',
};
const STREAM = 'session-a';

describe('Streams', () => {
  let folder: string;
  let store: EmbeddedEventStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'streams-'));
    store = new EmbeddedEventStore(join(folder, 'events.db'), new SystemClock());
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (
    over: Partial<EventStore> = {},
    limits: StreamsLimits = { states: 10, bytes: 100 },
    weigh = (names: readonly string[]): number => NAMES.weigh(names),
  ): Streams<readonly string[], Added> => {
    const faulty: EventStore = {
      append: (...args) => store.append(...args),
      read: (...args) => store.read(...args),
      readAll: (...args) => store.readAll(...args),
      follow: (...args) => store.follow(...args),
      isReachable: () => store.isReachable(),
      close: () => store.close(),
      ...over,
    };
    const clock = { now: () => CAUSE.recordedAt, sleep: () => Promise.resolve() };
    return new Streams({ store: faulty, clock, crash: () => undefined }, { ...NAMES, weigh }, limits);
  };

  /** The store's reads, counted. */
  const countedReads = (): Pick<EventStore, 'read'> & { count(): number } => {
    let count = 0;
    return {
      count: () => count,
      read: (...args) => {
        count += 1;
        return store.read(...args);
      },
    };
  };

  /** Adds so many names to any stream, however often. */
  const addTo = (streams: Streams<readonly string[], Added>, stream: string, names = 1): Promise<void> =>
    streams.decide(stream, (work) => {
      work.add(
        Array.from({ length: names }, () => ({ type: 'Added', name: 'x' })),
        CAUSE,
      );
    });

  /** Adds the name once: a decision that is idempotent, as all of ours are. */
  const addOnce = (streams: Streams<readonly string[], Added>, name: string): Promise<'added' | 'known'> =>
    streams.decide(STREAM, (work) => {
      if (work.state().includes(name)) return 'known';
      work.add([{ type: 'Added', name }], CAUSE);
      return 'added';
    });

  async function stored(): Promise<readonly string[]> {
    const names: string[] = [];
    const chain = verifyChain(STREAM);
    for await (const event of store.read(STREAM)) {
      expect(chain.check(event)).toEqual([]);
      names.push((JSON.parse(event.data) as { name: string }).name);
    }
    return names;
  }

  it('decides on what is stored, appends, and decides on the new state next time', async () => {
    const streams = open();
    expect(await addOnce(streams, 'a')).toBe('added');
    expect(await addOnce(streams, 'a')).toBe('known');
    expect(await addOnce(open(), 'a')).toBe('known');
    expect(await stored()).toEqual(['a']);
  });

  it('decides anew when another writer was faster, and never breaks the chain', async () => {
    const one = open();
    const other = open();
    await addOnce(one, 'a');
    await addOnce(other, 'b');
    await Promise.all(['c', 'd', 'e'].flatMap((name) => [addOnce(one, name), addOnce(other, name)]));
    expect((await stored()).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('looks again after an unknown outcome: what was stored is not stored twice', async () => {
    let answers = 0;
    const streams = open({
      append: async (stream, expected, events) => {
        const revision = await store.append(stream, expected, events);
        answers += 1;
        if (answers === 1) throw new OutcomeUnknown(stream);
        return revision;
      },
    });
    expect(await addOnce(streams, 'a')).toBe('known');
    expect(await addOnce(streams, 'b')).toBe('added');
    expect(await stored()).toEqual(['a', 'b']);
  });

  it('tries again while the store is away, and gives up in the end with its error', async () => {
    let tries = 0;
    const away = open({
      append: () => {
        tries += 1;
        return Promise.reject(new StoreUnavailable('away'));
      },
    });
    await expect(addOnce(away, 'a')).rejects.toThrow(StoreUnavailable);
    expect(tries).toBe(DECIDE_ATTEMPTS_MAX);
    expect(await stored()).toEqual([]);
  });

  it('cuts a long list of facts into appends that every engine takes', async () => {
    const names = Array.from({ length: 1_201 }, (_, index) => `n${index}`);
    await open().decide(STREAM, (work) => {
      work.add(
        names.map((name) => ({ type: 'Added', name })),
        CAUSE,
      );
    });
    expect(await stored()).toEqual(names);
  });

  it('gives up states when they are too many, and reads them again', async () => {
    const reads = countedReads();
    const streams = open(reads, { states: 1, bytes: 100 });
    await addTo(streams, 'session-1');
    await addTo(streams, 'session-1');
    expect(reads.count()).toBe(1);
    await addTo(streams, 'session-2');
    await addTo(streams, 'session-1');
    expect(reads.count()).toBe(3);
  });

  it('keeps a part of the states that are used in turn, where they are too many', async () => {
    const reads = countedReads();
    const streams = open(reads, { states: 9, bytes: 100 });
    for (let use = 0; use < 120; use += 1) await streams.decide(`session-${use % 12}`, () => undefined);
    expect(reads.count()).toBeGreaterThanOrEqual(12);
    expect(reads.count()).toBeLessThan(80);
  });

  it.each([3, 8, 20, 40])('gives up as many as one large state needs, but not that one (%i bytes)', async (size) => {
    const reads = countedReads();
    const streams = open(reads, { bytes: 40 });
    for (let one = 0; one < 40; one += 1) await addTo(streams, `session-${one}`);
    await addTo(streams, 'session-large', size);
    expect(streams.heldBytes).toBe(40);
    const before = reads.count();
    await streams.decide('session-large', () => undefined);
    expect(reads.count()).toBe(before);
  });

  it.each([
    [SMALL_STATE_BYTES, 3 * READ_AT_ONCE],
    [SMALL_STATE_BYTES + 1, READ_AT_ONCE],
  ])('waits for the store with few large states in hand (%i bytes: %i)', async (size, inHand) => {
    const reads = countedReads();
    const answer = Promise.withResolvers<undefined>();
    const append: EventStore['append'] = async (...args) => {
      await answer.promise;
      return store.append(...args);
    };
    const streams = open({ ...reads, append }, { bytes: 1_000_000_000 }, () => size);
    const all = Array.from({ length: 3 * READ_AT_ONCE }, (_, number) => addTo(streams, `session-${number}`));
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    expect(reads.count()).toBe(inHand);
    answer.resolve(undefined);
    await Promise.all(all);
    expect(reads.count()).toBe(all.length);
    await Promise.all(Array.from({ length: all.length }, (_, number) => addTo(streams, `session-${number}`)));
    expect(reads.count()).toBe(all.length);
  });

  it('lets the next one be read also after a decision that failed', async () => {
    const reads = countedReads();
    const streams = open(reads, { bytes: 1_000_000_000 }, () => SMALL_STATE_BYTES + 1);
    for (let number = 0; number < 2 * READ_AT_ONCE; number += 1) {
      const failing = streams.decide(`session-${number}`, () => Promise.reject(new RangeError('defect')));
      await expect(failing).rejects.toThrow(RangeError);
    }
    expect(reads.count()).toBe(2 * READ_AT_ONCE);
  });

  it('shares memory with other streams: who holds most gives up', async () => {
    const reads = countedReads();
    const bytes = new CacheMemory(5);
    const [one, other] = [open(reads, { bytes }), open(reads, { bytes })];
    for (const stream of ['session-1', 'session-2', 'session-3', 'session-4']) await addTo(one, stream);
    await addTo(other, 'session-5');
    expect([one.heldBytes, other.heldBytes]).toEqual([4, 1]);
    await addTo(other, 'session-6');
    expect([one.heldBytes, other.heldBytes]).toEqual([3, 2]);
    await addTo(other, 'session-5');
    expect(reads.count()).toBe(6);
    expect([one.heldBytes, other.heldBytes]).toEqual([2, 3]);
  });

  it('lets nobody decide on a state whose append failed', async () => {
    let fails = true;
    const streams = open({
      append: (...args) => (fails ? Promise.reject(new RangeError('defect')) : store.append(...args)),
    });
    await expect(addOnce(streams, 'a')).rejects.toThrow(RangeError);
    fails = false;
    expect(await addOnce(streams, 'a')).toBe('added');
  });
});
