import { DECIMAL_DIGITS_MAX, isDecimalText } from '@ledger/units';

/** Digits behind the point of the whole numbers that SQLite adds up. */
const UNIT_DIGITS = 9;
/** Digits before the point that such a number may have, so that it fits 64 bits. */
const WHOLE_DIGITS_MAX = 9;
/** Digits behind the point of the sums. */
const SUM_DIGITS = DECIMAL_DIGITS_MAX;

/** A decimal in billionths, exactly, where it fits 64 bits; null where it does not. @throws RangeError for no decimal */
export function unitsOf(text: string | undefined): bigint | null {
  if (text === undefined) return null;
  if (!isDecimalText(text)) throw new RangeError(`"${text}" is no decimal text`);
  const { whole, fraction } = partsOf(text);
  if (fraction.length > UNIT_DIGITS || digitsOf(whole) > WHOLE_DIGITS_MAX) return null;
  return BigInt(`${whole}${fraction.padEnd(UNIT_DIGITS, '0')}`);
}

/** An exact sum of billionths and of decimals that do not fit them. */
export function sumText(units: bigint, decimals: readonly string[]): string {
  let sum = units * 10n ** BigInt(SUM_DIGITS - UNIT_DIGITS);
  for (const text of decimals) {
    const { whole, fraction } = partsOf(text);
    sum += BigInt(`${whole}${fraction.padEnd(SUM_DIGITS, '0')}`);
  }
  const digits = (sum < 0n ? -sum : sum).toString().padStart(SUM_DIGITS + 1, '0');
  const point = digits.length - SUM_DIGITS;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

function digitsOf(whole: string): number {
  return whole.startsWith('-') ? whole.length - 1 : whole.length;
}

function partsOf(text: string): { readonly whole: string; readonly fraction: string } {
  const point = text.indexOf('.');
  return point < 0 ? { whole: text, fraction: '' } : { whole: text.slice(0, point), fraction: text.slice(point + 1) };
}
