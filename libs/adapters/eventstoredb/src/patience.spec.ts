import type { Clock } from '@ledger/ports';

import { Patience, SharedPatience } from './patience';

const MS = 400;

/** A clock whose sleepers wake only when told. */
class HandClock implements Pick<Clock, 'sleep'> {
  private readonly sleepers = new Set<{ ms: number; wake: () => void }>();

  get asleep(): number {
    return this.sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper = {
        ms,
        wake: () => {
          this.sleepers.delete(sleeper);
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  async pass(ms: number): Promise<void> {
    for (const sleeper of this.sleepers) {
      expect(sleeper.ms).toBe(ms);
      sleeper.wake();
    }
    await soon();
  }
}

function soon(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function shared(): { clock: HandClock; patience: SharedPatience } {
  const clock = new HandClock();
  return { clock, patience: new SharedPatience(clock as unknown as Clock, MS) };
}

/** Work that ends when it is told to, and tells when its patience was over. */
function work(patience: SharedPatience): { isOver: () => boolean; end: () => Promise<void> } {
  const done = Promise.withResolvers<undefined>();
  let isOver = false;
  const working = patience.during((own) => {
    own.whenOver(() => (isOver = true));
    return done.promise;
  });
  return {
    isOver: () => isOver,
    end: async () => {
      done.resolve(undefined);
      await working;
    },
  };
}

describe('patience that is shared', () => {
  it('ends after its time, no later than a quarter of it, for each by when it began', async () => {
    const { clock, patience } = shared();
    const first = work(patience);
    await clock.pass(MS / 4);
    const second = work(patience);
    for (let step = 0; step < 3; step += 1) await clock.pass(MS / 4);
    expect(first.isOver()).toBe(false);
    await clock.pass(MS / 4);
    expect([first.isOver(), second.isOver()]).toEqual([true, false]);
    await clock.pass(MS / 4);
    expect(second.isOver()).toBe(true);
    await Promise.all([first.end(), second.end()]);
  });

  it('keeps one timer for all, and none when nobody waits', async () => {
    const { clock, patience } = shared();
    const works = [work(patience), work(patience), work(patience)];
    expect(clock.asleep).toBe(1);
    await Promise.all(works.map(({ end }) => end()));
    await soon();
    expect(clock.asleep).toBe(0);
    const again = work(patience);
    for (let step = 0; step < 5; step += 1) await clock.pass(MS / 4);
    expect(again.isOver()).toBe(true);
    await again.end();
  });

  it('passes on what the work throws', async () => {
    const { patience } = shared();
    await expect(patience.during(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
  });
});

describe('patience', () => {
  it('tells at once who asks too late, and nobody but the last who asked', () => {
    const [patience, told] = [new Patience(), [] as string[]];
    patience.whenOver(() => told.push('first'));
    patience.whenOver(() => told.push('second'));
    patience.end();
    patience.whenOver(() => told.push('late'));
    expect([told, patience.isOver]).toEqual([['second', 'late'], true]);
  });
});
