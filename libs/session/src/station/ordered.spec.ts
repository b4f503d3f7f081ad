import * as fc from 'fast-check';
import { Ordered } from './ordered';

const key = fc.integer({ min: 0, max: 60 });
const steps = fc.array(fc.record({ key, isGone: fc.boolean() }), { maxLength: 200 });

/** Does the steps, and gives every version with what a plain map held then. */
function versions(done: readonly { readonly key: number; readonly isGone: boolean }[]) {
  let ordered = Ordered.none<number, string>();
  let plain = new Map<number, string>();
  return done.map(({ key, isGone }, index) => {
    ordered = isGone ? ordered.without(key) : ordered.with(key, `${index}`);
    plain = new Map(plain);
    if (isGone) plain.delete(key);
    else plain.set(key, `${index}`);
    return { ordered, plain: [...plain].sort(([one], [other]) => one - other) };
  });
}

describe('Ordered', () => {
  it('holds what a map holds, in order, and no version changes later', () => {
    fc.assert(
      fc.property(steps, (done) => {
        for (const { ordered, plain } of versions(done)) {
          expect([...ordered.entries()]).toEqual(plain);
          expect(ordered.size).toBe(plain.length);
        }
      }),
    );
  });

  it('finds a key, its neighbours, and everything from it on', () => {
    fc.assert(
      fc.property(steps, key, (done, sought) => {
        for (const { ordered, plain } of versions(done).slice(-1)) {
          expect(ordered.get(sought)).toBe(plain.find(([one]) => one === sought)?.[1]);
          expect(ordered.last(sought)).toEqual(plain.findLast(([one]) => one <= sought));
          expect(ordered.first(sought)).toEqual(plain.find(([one]) => one >= sought));
          expect([...ordered.entries(sought)]).toEqual(plain.filter(([one]) => one >= sought));
        }
      }),
    );
  });

  it('stays flat when keys come in order', () => {
    const keys = Array.from({ length: 4_095 }, (_, index) => index);
    const ordered = keys.reduce((all, one) => all.with(one, one), Ordered.none<number, number>());
    expect(JSON.stringify(ordered)).toContain('"height":12');
    expect(JSON.stringify(ordered)).not.toContain('"height":14');
  });
});
