import { Exact } from '@ledger/units';
import fc from 'fast-check';
import { sumText, unitsOf } from './exact-units';

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 14 }))
  .map(([digits, places]) => new Exact(digits.toString()).div(new Exact(10).pow(places)).toFixed())
  .map((text) => (text === '-0' ? '0' : text));

describe('exact units', () => {
  it('add up to what exact decimals add up to', () => {
    fc.assert(
      fc.property(fc.array(decimals, { maxLength: 20 }), (texts) => {
        const units = texts.map((text) => [text, unitsOf(text)] as const);
        const whole = units.reduce((sum, [, unit]) => sum + (unit ?? 0n), 0n);
        const odd = units.flatMap(([text, unit]) => (unit === null ? [text] : []));
        const sum = texts.reduce((total, text) => total.plus(text), new Exact(0)).toFixed();
        expect(sumText(whole, odd)).toBe(sum === '-0' ? '0' : sum);
      }),
    );
  });

  it('fit 64 bits or are left to text', () => {
    expect(unitsOf('-999999999.999999999')).toBe(-999999999999999999n);
    expect(unitsOf('9223372036.854775808')).toBeNull();
    expect(unitsOf('0.0000000001')).toBeNull();
    expect(unitsOf(undefined)).toBeNull();
    expect(() => unitsOf('1e3')).toThrow(RangeError);
  });
});
