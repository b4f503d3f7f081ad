import fc from 'fast-check';
import { decimalText, Exact, Quantity, type DecimalText } from '.';

/** Decimals of all sizes: those that fit into millionths, those at their edge, and those that need more digits. */
const decimal: fc.Arbitrary<DecimalText> = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: -(2n ** 20n), max: 2n ** 20n }),
      fc.bigInt({ min: -(2n ** 56n), max: 2n ** 56n }),
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    ),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([digits, places]) => decimalText(new Exact(digits.toString()).div(new Exact(10).pow(places))));
const milliseconds = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 10_000_000_000 }));

describe('Quantity', () => {
  it.each([
    ['0', '0'],
    ['0.000001', '0.000001'],
    ['-0.5', '-0.5'],
    ['1613.50', '1613.5'],
    ['1000000', '1000000'],
    ['9007199254.740991', '9007199254.740991'],
    ['0.0000001', '0.0000001'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
  ])('reads %s and writes %s', (text, written) => {
    expect(Quantity.of(text as DecimalText).text()).toBe(written);
  });

  it('adds, subtracts and compares as exact decimals do', () => {
    fc.assert(
      fc.property(decimal, decimal, (one, other) => {
        const [a, b] = [Quantity.of(one), Quantity.of(other)];
        const [x, y] = [new Exact(one), new Exact(other)];
        expect(a.text()).toBe(decimalText(x));
        expect(a.plus(b).text()).toBe(decimalText(x.plus(y)));
        expect(a.minus(b).abs().text()).toBe(decimalText(x.minus(y).abs()));
        expect(Math.sign(a.compare(b))).toBe(x.cmp(y));
        expect(a.minus(a).isZero()).toBe(true);
        expect(a.isNegative()).toBe(x.isNegative());
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells multiples as exact decimals do', () => {
    fc.assert(
      fc.property(decimal, fc.constantFrom('1000', '0.5', '7', '0.0000001'), (text, step) => {
        const isMultiple = new Exact(text).mod(step).isZero();
        expect(Quantity.of(text).isMultipleOf(Quantity.of(step as string as DecimalText))).toBe(isMultiple);
      }),
      { numRuns: 2_000 },
    );
  });

  it('rounds a ratio as exact decimals do', () => {
    fc.assert(
      fc.property(decimal, milliseconds, milliseconds, fc.constantFrom(3, 6), (text, times, by, decimals) => {
        const exact = new Exact(text).times(times).div(by);
        const quantity = Quantity.of(text);
        const down = quantity.ratio(times, by, { decimals, rounding: 'down' }).text();
        const halfUp = quantity.ratio(times, by, { decimals, rounding: 'half-up' }).text();
        expect(down).toBe(decimalText(exact.toDecimalPlaces(decimals, Exact.ROUND_DOWN)));
        expect(halfUp).toBe(decimalText(exact.toDecimalPlaces(decimals)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('rounds a half away from zero', () => {
    const rounded = (text: string): string =>
      Quantity.of(text as DecimalText)
        .ratio(1, 2, { decimals: 3, rounding: 'half-up' })
        .text();
    expect(['0.001', '-0.001', '0.003', '0.000998'].map(rounded)).toEqual(['0.001', '-0.001', '0.002', '0']);
  });

  it('has no ratio by nothing', () => {
    expect(() => Quantity.zero.ratio(1, 0, { decimals: 3, rounding: 'down' })).toThrow(RangeError);
  });

  it('tells what no power delivers, to the last digit', () => {
    fc.assert(
      fc.property(decimal, decimal, milliseconds, fc.constantFrom('0', '10', '0.25'), (power, near, ms, excused) => {
        const delivered = new Exact(power).times(ms).div(3_600_000).plus(excused);
        const about = [near, ...['-0.000001', '0', '0.000001'].map((step) => beside(delivered, step))];
        for (const energy of about) {
          const isMore = new Exact(energy).gt(delivered);
          const [wh, w, excusedWh] = [energy, power, excused as string as DecimalText].map((text) => Quantity.of(text));
          if (wh === undefined || w === undefined || excusedWh === undefined) throw new Error('three quantities');
          expect(wh.exceeds(w, ms, excusedWh)).toBe(isMore);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

function beside(delivered: Exact, step: string): DecimalText {
  return decimalText(delivered.toDecimalPlaces(6).plus(step));
}
