import { knownName } from './known-names';

const nameIn = (name: string): string | undefined => knownName(`{"${name}":1}`, 2);

describe('knownName', () => {
  it('keeps names apart, however many there are and however often they come', () => {
    const all = Array.from({ length: 20_000 }, (_, number) => `name-${number}`);
    expect(all.map(nameIn)).toEqual(all);
    expect(all.map(nameIn)).toEqual(all);
    expect([...all].reverse().map(nameIn)).toEqual([...all].reverse());
  });

  it('tells names of the same length apart that meet at one place', () => {
    // 31 * 'A' + 'a' is 31 * 'B' + 'B', and so on for longer names.
    for (const name of ['Aa', 'BB', 'Aa', 'AaAa', 'AaBB', 'BBAa', 'BBBB', 'AaAa']) expect(nameIn(name)).toBe(name);
  });

  it.each(['', '__proto__', 'constructor', 'prototype', 'tab\t', 'escape\\n', 'x'.repeat(65)])(
    'leaves %j to the careful reader, also the second time',
    (name) => {
      expect(nameIn(name)).toBeUndefined();
      expect(nameIn(name)).toBeUndefined();
    },
  );

  it('wants the closing quote', () => {
    expect(knownName('{"open', 2)).toBeUndefined();
  });
});
