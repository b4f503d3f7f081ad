import Decimal from 'decimal.js';
import fc from 'fast-check';
import { DECIMAL_DIGITS_MAX, decimalText, Exact, isDecimalText, parseDecimal } from '.';

const digit = fc.constantFrom(...Array.from('0123456789'));
const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(digit, { minLength, maxLength }).map((all) => all.join(''));

describe('parseDecimal', () => {
  it.each([
    ['0', '0'],
    ['1613.5', '1613.5'],
    ['62500.1270', '62500.1270'],
    ['-12.50', '-12.50'],
    [' 95.70\t', '95.70'],
    ['+7.2', '7.2'],
    ['007', '7'],
    ['000.50', '0.50'],
    ['-00', '0'],
    ['5.', '5'],
    ['-0', '0'],
    ['-0.00', '0.00'],
    ['-0.01', '-0.01'],
    ['1e3', '1000'],
    ['1.50E1', '15.0'],
    ['1.5e-3', '0.0015'],
    ['12.5e+1', '125'],
    ['-1e-2', '-0.01'],
    ['0e10', '0'],
    ['1e29', `1${'0'.repeat(29)}`],
    ['9'.repeat(DECIMAL_DIGITS_MAX), '9'.repeat(DECIMAL_DIGITS_MAX)],
    [`-0.${'9'.repeat(DECIMAL_DIGITS_MAX - 1)}`, `-0.${'9'.repeat(DECIMAL_DIGITS_MAX - 1)}`],
  ])('reads %j', (text, decimal) => {
    expect(parseDecimal(text)).toBe(decimal);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    '.5',
    '1.2.3',
    '1,5',
    '1 000',
    '--1',
    '0x1f',
    '1_000',
    'NaN',
    'Infinity',
    '-Infinity',
    'null',
    '1e',
    '1e1000000',
    '1e30',
    '1e-30',
    '١٢',
    '9'.repeat(DECIMAL_DIGITS_MAX + 1),
    `1.${'0'.repeat(DECIMAL_DIGITS_MAX)}`,
    '0'.repeat(1_000),
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  it('changes the value of nothing that it reads', () => {
    const exponent = fc.option(fc.integer({ min: -15, max: 15 }));
    fc.assert(
      fc.property(
        fc.constantFrom('', '+', '-'),
        digits(1, 8),
        digits(0, 8),
        exponent,
        (sign, whole, fraction, power) => {
          const text = `${sign}${whole}${fraction && `.${fraction}`}${power === null ? '' : `e${power}`}`;
          const read = parseDecimal(text);
          if (read === undefined) throw new Error(`${text} was refused`);
          expect(isDecimalText(read)).toBe(true);
          expect(new Exact(read).eq(text)).toBe(true);
          expect(parseDecimal(read)).toBe(read);
        },
      ),
    );
  });
});

describe('isDecimalText', () => {
  it.each(['-0', '-0.0', '00', '01', '1.', '.1', '+1', '1e1', ' 1', '1\n', ''])('is not true of %j', (text) => {
    expect(isDecimalText(text)).toBe(false);
  });
});

describe('decimalText', () => {
  it('prints without exponent, trailing zeros and minus zero', () => {
    const printed = ['1e-7', '1e21', '-0', '1.500', '-0.00', '12345678901234567890.12'].map((text) =>
      decimalText(new Exact(text)),
    );
    expect(printed).toEqual(['0.0000001', '1000000000000000000000', '0', '1.5', '0', '12345678901234567890.12']);
  });

  it('throws for what is no decimal', () => {
    expect(() => decimalText(new Exact(NaN))).toThrow(RangeError);
    expect(() => decimalText(new Exact(1).div(0))).toThrow('Infinity is no decimal');
  });

  it('keeps every digit of a sum and of a product of usual sizes', () => {
    expect(decimalText(new Exact('12345678901234567890.12').plus('0.01'))).toBe('12345678901234567890.13');
    expect(decimalText(new Exact('60441935.575').times('0.3999').times('1.19'))).toBe('28763168.743366575');
  });
});

describe('Exact', () => {
  it('rounds commercially, half away from zero', () => {
    expect(
      ['2.5', '-2.5', '0.125'].map((text) => new Exact(text).toDecimalPlaces(text === '0.125' ? 2 : 0).toFixed()),
    ).toEqual(['3', '-3', '0.13']);
  });

  it('does not follow the global settings of the library', () => {
    Decimal.set({ precision: 2 });
    expect(new Exact('1').plus('0.001').toFixed()).toBe('1.001');
    Decimal.set({ defaults: true });
  });
});
