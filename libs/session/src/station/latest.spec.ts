import { Latest } from './latest';

describe('Latest', () => {
  it('lets the eldest go, counts what is set again as new, and leaves older versions as they were', () => {
    const three = Latest.atMost<number>(3).with('a', 1).with('b', 2).with('c', 3);
    const later = three.with('a', 4).with('d', 5);
    expect(['a', 'b', 'c', 'd'].map((name) => later.get(name))).toEqual([4, undefined, 3, 5]);
    expect(['a', 'b', 'c', 'd'].map((name) => three.get(name))).toEqual([1, 2, 3, undefined]);
    expect([later.size, later.without('c').size, later.without('z')]).toEqual([3, 2, later]);
  });

  it('tells names apart that share their beginning', () => {
    const names = ['a', 'a\u0000', 'a\u0000b', 'a\u0001', ''];
    const all = names.reduce((latest, name, index) => latest.with(name, index), Latest.atMost<number>(10));
    expect(names.map((name) => all.get(name))).toEqual([0, 1, 2, 3, 4]);
    expect(all.has('a\u0000c')).toBe(false);
  });
});
