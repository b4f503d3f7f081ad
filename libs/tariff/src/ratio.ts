import type { DecimalText } from '@ledger/units';

/** An exact fraction of whole numbers; `den` is positive. Nothing here goes through a binary float. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}

export const ZERO: Ratio = { num: 0n, den: 1n };

const POWERS = Array.from({ length: 64 }, (_, exponent) => 10n ** BigInt(exponent));

/** Ten to a power. */
export function pow10(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** The exact value of decimal text. */
export function ratioOf(text: DecimalText): Ratio {
  const point = text.indexOf('.');
  if (point < 0) return { num: BigInt(text), den: 1n };
  return { num: BigInt(text.slice(0, point) + text.slice(point + 1)), den: pow10(text.length - point - 1) };
}

/** The sum over the least common denominator, so that long sums stay small. */
export function plus(a: Ratio, b: Ratio): Ratio {
  if (a.den === b.den) return { num: a.num + b.num, den: a.den };
  if (a.num === 0n) return b;
  if (b.num === 0n) return a;
  const den = lcm(a.den, b.den);
  return { num: a.num * (den / a.den) + b.num * (den / b.den), den };
}

export function minus(a: Ratio, b: Ratio): Ratio {
  return plus(a, { num: -b.num, den: b.den });
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: Ratio, b: Ratio): number {
  const left = a.num * b.den;
  const right = b.num * a.den;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The greatest common divisor of two whole numbers, not negative. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The least common multiple of two positive whole numbers. */
export function lcm(a: bigint, b: bigint): bigint {
  return a === b ? a : (a / gcd(a, b)) * b;
}

/** The quotient rounded up; `by` is positive. */
export function ceilDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value > 0n && quotient * by !== value ? quotient + 1n : quotient;
}

/** The value in units of the last of `digits` decimals, rounded half away from zero. */
export function rounded({ num, den }: Ratio, digits: number): bigint {
  const scaled = 2n * (num < 0n ? -num : num) * pow10(digits);
  const whole = (scaled + den) / (2n * den);
  return num < 0n ? -whole : whole;
}

/** Decimal text of a whole number of units of the last of `digits` decimals, without trailing zeros. */
export function scaledText(value: bigint, digits: number): DecimalText {
  const sign = value < 0n ? '-' : '';
  const all = `${value < 0n ? -value : value}`.padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits);
  const fraction = all.slice(all.length - digits).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}` as DecimalText;
}

/** Decimal text of a fraction, rounded half away from zero to `digits` decimals. */
export function ratioText(value: Ratio, digits: number): DecimalText {
  return scaledText(rounded(value, digits), digits);
}
