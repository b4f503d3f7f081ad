import { Chance } from './chance';
import { run } from './run';
import { Schedule } from './schedule';

jest.setTimeout(120_000);

describe('a seed', () => {
  it('gives the same run twice, to the last call, whatever ran between', async () => {
    const first: unknown[] = [];
    for (const seed of [7, 18, 10_009]) first.push(await run(seed));
    const again: unknown[] = [];
    for (const seed of [10_009, 18, 7]) again.push(await run(seed));
    expect(again.toReversed()).toEqual(first);
  });

  it('gives another run than its neighbour', async () => {
    const traces = new Set<string>();
    for (let seed = 1; seed <= 10; seed += 1) traces.add((await run(seed)).trace);
    expect(traces.size).toBe(10);
  });
});

describe('chance', () => {
  it('follows from the seed, and spreads', () => {
    const draws = (seed: number): number[] => {
      const chance = new Chance(seed);
      return Array.from({ length: 1_000 }, () => chance.below(10));
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    for (let digit = 0; digit < 10; digit += 1) {
      const share = draws(3).filter((drawn) => drawn === digit).length;
      expect(share).toBeGreaterThan(50);
      expect(share).toBeLessThan(150);
    }
  });
});

describe('the schedule', () => {
  it('pops by time, then by number, and lets all promises go on before the next entry', async () => {
    const schedule = new Schedule(0);
    const order: string[] = [];
    const add = (ms: number, name: string): void =>
      schedule.after(ms, name, () => {
        order.push(name);
        void deep(5).then(() => order.push(`after ${name}`));
      });
    add(20, 'late');
    add(10, 'first');
    add(10, 'second');
    expect(await schedule.run(() => false, 100)).toBe(false);
    expect(order).toEqual(['first', 'after first', 'second', 'after second', 'late', 'after late']);
    expect(schedule.now).toBe(20);
  });
});

async function deep(levels: number): Promise<void> {
  if (levels > 0) await deep(levels - 1);
}
