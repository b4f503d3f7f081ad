import { all, fact, facts } from './event-store-facts.contract';
import type { EventStore, FollowedBatch, FollowOptions, Following } from './event-store';
import { gate, reasonOf, unique, until } from './trial.contract';

/** The part of the contract for reading and following all streams. */
export function follows(store: () => EventStore): void {
  describe('to the present end', () => readsAll(store));
  describe('for ever', () => followsLive(store));
}

function readsAll(store: () => EventStore): void {
  it('yields the events of the prefixes alone, in global order', async () => {
    const run = unique('run');
    await writeInterleaved(store(), run, 3);
    const events = await eventsOf(store(), { prefixes: [`${run}-a-`, `${run}-c-`], after: 'none' });
    expect(events.map((event) => event.stream)).toEqual(
      ['a', 'c', 'a', 'c', 'a', 'c'].map((letter) => `${run}-${letter}-1`),
    );
    expect(isAscending(events.map((event) => event.position))).toBe(true);
  });

  it('goes on after the position of any event or batch without losing or repeating one', async () => {
    const run = unique('run');
    await writeInterleaved(store(), run, 4);
    const prefixes = [`${run}-`];
    const whole = await eventsOf(store(), { prefixes, after: 'none' });
    expect(whole).toHaveLength(12);
    for (const [index, event] of whole.entries()) {
      expect(await eventsOf(store(), { prefixes, after: event.position })).toEqual(whole.slice(index + 1));
    }
    const seen: unknown[] = [];
    for (let after: bigint | 'none' = 'none'; seen.length < 12;) {
      for await (const batch of store().readAll({ prefixes, after, batchMax: 5 })) {
        expect(batch.events.length).toBeLessThanOrEqual(5);
        seen.push(...batch.events);
        after = batch.position;
        if (batch.events.length > 0) break;
      }
    }
    expect(seen).toEqual(whole);
  });

  it('gives one event the same position in a stream and in the global order', async () => {
    const run = unique('run');
    await store().append(`${run}-1`, 'none', facts(3));
    expect(await eventsOf(store(), { prefixes: [run], after: 'none' })).toEqual(await all(store().read(`${run}-1`)));
  });

  it('ends caught up with the position to go on from, also where nothing matches', async () => {
    await store().append(unique('other'), 'none', facts(1));
    const prefixes = [unique('nothing')];
    const batches = await all(store().readAll({ prefixes, after: 'none' }));
    const last = batches.at(-1);
    expect(last).toMatchObject({ events: [], caughtUp: true });
    const again = await all(store().readAll({ prefixes, after: last?.position ?? 'none' }));
    expect(again.at(-1)).toMatchObject({ events: [], caughtUp: true });
    expect(again.at(-1)?.position).toBeGreaterThanOrEqual(last?.position ?? 0n);
  });
}

function followsLive(store: () => EventStore): void {
  it('loses and repeats nothing between what is stored and what comes', async () => {
    const run = unique('run');
    const seen: string[] = [];
    let written = 0;
    const write = async (count: number): Promise<void> => {
      for (let each = 0; each < count; each += 1) {
        await store().append(`${run}-${written % 7}-${written}`, 'none', [fact(`E${written}`)]);
        written += 1;
      }
    };
    await write(30);
    const following = store().follow({ prefixes: [run], after: 'none', batchMax: 4 }, async (batch) => {
      seen.push(...batch.events.map((event) => event.type));
      return Promise.resolve();
    });
    await write(60);
    await until('all were followed', () => seen.length >= written);
    await write(10);
    await until('the rest was followed', () => seen.length >= written);
    await stopped(following);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => `E${index}`));
  });

  it('says once that it caught up, also where nothing is to be told', async () => {
    const batches: FollowedBatch[] = [];
    const following = store().follow({ prefixes: [unique('nothing')], after: 'none' }, async (batch) => {
      batches.push(batch);
      return Promise.resolve();
    });
    await until('it is caught up', () => batches.some((batch) => batch.caughtUp));
    await stopped(following);
    expect(batches.flatMap((batch) => batch.events)).toEqual([]);
  });

  it('waits for the handler before it hands over the next batch', async () => {
    const [run, first] = [unique('run'), gate()];
    let [atOnce, mostAtOnce, events] = [0, 0, 0];
    const following = store().follow({ prefixes: [run], after: 'none', batchMax: 1 }, async (batch) => {
      mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
      if (batch.events.length > 0) await first.opened;
      events += batch.events.length;
      atOnce -= 1;
    });
    await store().append(`${run}-1`, 'none', facts(3));
    await until('a batch is in hand', () => atOnce === 1);
    await store().append(`${run}-2`, 'none', facts(3));
    first.open();
    await until('all were handled', () => events === 6);
    await stopped(following);
    expect(mostAtOnce).toBe(1);
  });

  it('goes on after a checkpoint', async () => {
    const run = unique('run');
    await writeInterleaved(store(), run, 2);
    const stored = await eventsOf(store(), { prefixes: [run], after: 'none' });
    const seen: string[] = [];
    const following = store().follow({ prefixes: [run], after: stored[2]?.position ?? 'none' }, async (batch) => {
      seen.push(...batch.events.map((event) => event.id));
      return Promise.resolve();
    });
    await until('the rest was followed', () => seen.length >= 3);
    await stopped(following);
    expect(seen).toEqual(stored.slice(3).map((event) => event.id));
  });

  it('goes on where it holds the event that was followed last, and refuses where it does not', async () => {
    const run = unique('run');
    await writeInterleaved(store(), run, 2);
    const stored = await eventsOf(store(), { prefixes: [run], after: 'none' });
    const [third, last] = [stored[2], stored.at(-1)];
    if (third === undefined || last === undefined) throw new Error('there are events');
    const from = { prefixes: [run], after: third.position };
    const { position, id } = third;
    expect(await eventsOf(store(), { ...from, mark: { position, id } })).toEqual(stored.slice(3));
    for (const mark of [
      { position, id: last.id },
      { position: last.position + 10_000_000n, id },
    ]) {
      expect(await reasonOf(eventsOf(store(), { ...from, mark }))).toMatchObject({ code: 'store-rolled-back' });
      let calls = 0;
      const following = store().follow({ ...from, mark }, async () => {
        calls += 1;
        return Promise.resolve();
      });
      const reason = await reasonOf(following.ended);
      expect(reason).toMatchObject({ code: 'store-rolled-back', position: mark.position });
      expect(reason instanceof Error ? reason.message : '').toContain('deploy/runbook.md');
      expect(calls).toBe(0);
    }
  });

  it('ends with the error of its handler, and hands over nothing more', async () => {
    const run = unique('run');
    let calls = 0;
    const following = store().follow({ prefixes: [run], after: 'none', batchMax: 1 }, async (batch) => {
      if (batch.events.length === 0) return;
      calls += 1;
      await Promise.reject(new Error('the handler is broken'));
    });
    const ended = reasonOf(following.ended);
    await store().append(`${run}-1`, 'none', facts(2));
    expect(await ended).toMatchObject({ message: 'the handler is broken' });
    await store().append(`${run}-2`, 'none', facts(2));
    expect(await eventsOf(store(), { prefixes: [run], after: 'none' })).toHaveLength(4);
    expect(calls).toBe(1);
  });

  it('hands over nothing after it was stopped, and lets the batch in hand finish', async () => {
    const [run, first] = [unique('run'), gate()];
    const done: string[] = [];
    const following = store().follow({ prefixes: [run], after: 'none', batchMax: 1 }, async (batch) => {
      if (batch.events.length === 0) return;
      done.push('begun');
      await first.opened;
      done.push('finished');
    });
    await store().append(`${run}-1`, 'none', facts(2));
    await until('a batch is in hand', () => done.length === 1);
    const stop = following.stop();
    first.open();
    await stop;
    await following.ended;
    expect(done).toEqual(['begun', 'finished']);
    await store().append(`${run}-2`, 'none', facts(1));
    expect(await eventsOf(store(), { prefixes: [run], after: 'none' })).toHaveLength(3);
    expect(done).toEqual(['begun', 'finished']);
  });
}

async function stopped(following: Following): Promise<void> {
  await following.stop();
  await following.ended;
}

async function eventsOf(store: EventStore, options: FollowOptions): Promise<FollowedBatch['events']> {
  return (await all(store.readAll(options))).flatMap((batch) => batch.events);
}

async function writeInterleaved(store: EventStore, run: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const letter of ['a', 'b', 'c']) {
      const expected = round === 0 ? 'none' : BigInt(round - 1);
      await store.append(`${run}-${letter}-1`, expected, [fact(`${letter}${round}`)]);
    }
  }
}

function isAscending(positions: readonly bigint[]): boolean {
  return positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? position));
}
