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

/** The sum over a common denominator, the least one where it would grow long. */
export function plus(a: Ratio, b: Ratio): Ratio {
  if (a.den === b.den) return { num: a.num + b.num, den: a.den };
  if (a.num === 0n) return b;
  if (b.num === 0n) return a;
  if (a.den < b.den) return plus(b, a);
  if (a.den % b.den === 0n) return { num: a.num + b.num * (a.den / b.den), den: a.den };
  if (a.den < SHORT) return { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
  const den = lcm(a.den, b.den);
  return { num: a.num * (den / a.den) + b.num * (den / b.den), den };
}

/** Denominators below this are multiplied: to look for their common factors would take longer. */
const SHORT = 1n << 64n;

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
  const doubled = num * 2n * pow10(digits);
  return num < 0n ? (doubled - den) / (den * 2n) : (doubled + den) / (den * 2n);
}

/** Decimal text of a whole number of units of the last of `digits` decimals, without trailing zeros. */
export function scaledText(value: bigint, digits: number): DecimalText {
  const sign = value < 0n ? '-' : '';
  const all = `${value < 0n ? -value : value}`.padStart(digits + 1, '0');
  const point = all.length - digits;
  let end = all.length;
  while (end > point && all.charCodeAt(end - 1) === ZERO_DIGIT) end -= 1;
  const fraction = end === point ? '' : `.${all.slice(point, end)}`;
  return `${sign}${all.slice(0, point)}${fraction}` as DecimalText;
}

const ZERO_DIGIT = 0x30;

/** Decimal text of a fraction, rounded half away from zero to `digits` decimals. */
export function ratioText(value: Ratio, digits: number): DecimalText {
  return scaledText(rounded(value, digits), digits);
}
