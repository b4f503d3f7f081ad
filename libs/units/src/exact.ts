import Decimal from 'decimal.js';

/**
 * The one exact decimal constructor of the project: 40 significant digits, commercial rounding (half away from
 * zero), never an exponent in print. Build it from text, compare with `.eq`, `.lt`, `.gt`, print with `.toFixed()`.
 */
export const Exact = Decimal.clone({
  precision: 40,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -40,
  toExpPos: 40,
  defaults: true,
});

/** An exact decimal value in memory. At rest and on the wire it is `DecimalText`. */
export type Exact = Decimal;

declare const decimalBrand: unique symbol;

/** An exact decimal as plain text: optional minus, digits, optional fraction; no exponent, no plus, no minus zero. */
export type DecimalText = string & { readonly [decimalBrand]: true };

/** Most digits a decimal from outside may have, before and after the point together. */
export const DECIMAL_DIGITS_MAX = 30;

/** Longest text that is looked at: the digits, and room for blanks, padding zeros, a sign, a point and an exponent. */
const LENIENT_LENGTH_MAX = DECIMAL_DIGITS_MAX + 16;

const MINUS_ZERO = /^-[0.]+$/;
const LENIENT = /^\s*([+-]?)0*([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,2}))?\s*$/;

/** Tells whether the text already is plain decimal text within the digit limit. */
export function isDecimalText(text: string): text is DecimalText {
  const { length } = text;
  if (length > DECIMAL_DIGITS_MAX + 2) return false;
  const point = pointOf(text);
  if (point < 0) return false;
  const isBelowZero = text.charCodeAt(0) === MINUS;
  const marks = (isBelowZero ? 1 : 0) + (point < length ? 1 : 0);
  return length - marks <= DECIMAL_DIGITS_MAX && !(isBelowZero && MINUS_ZERO.test(text));
}

/**
 * Where the point of plain decimal text stands (optional minus, digits without leading zeros, optional fraction), which is the
 * end of the text where there is no fraction; -1 for any other text. Minus zero and any number of digits are let through.
 */
export function pointOf(text: string): number {
  const { length } = text;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  const point = digitsEnd(text, start);
  if (point === start || (text.charCodeAt(start) === ZERO && point > start + 1)) return -1;
  if (point === length) return point;
  if (text.charCodeAt(point) !== DOT || point + 1 === length) return -1;
  return digitsEnd(text, point + 1) === length ? point : -1;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  let code = text.charCodeAt(end);
  while (code >= ZERO && code <= NINE) {
    end += 1;
    code = text.charCodeAt(end);
  }
  return end;
}

const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Reads a decimal as devices write it: blanks around it, a leading plus, padding zeros, a small exponent.
 * Trailing zeros of the fraction are kept. Returns undefined for anything else (NaN, Infinity, hex, words, too long).
 */
export function parseDecimal(text: string): DecimalText | undefined {
  if (isDecimalText(text)) return text;
  const parts = text.length > LENIENT_LENGTH_MAX ? null : LENIENT.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const unsigned = shifted(whole, fraction, +exponent);
  const signed = sign === '-' && /[1-9]/.test(unsigned) ? `-${unsigned}` : unsigned;
  return isDecimalText(signed) ? signed : undefined;
}

/** Moves the point of `whole.fraction` to the right by `places`, keeping every digit that stands. */
function shifted(whole: string, fraction: string, places: number): string {
  const digits = whole + fraction;
  const point = whole.length + places;
  const before = (point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0').replace(/^0+(?=[0-9])/, '');
  const after = point >= 0 ? digits.slice(point) : digits.padStart(digits.length - point, '0');
  return after === '' ? before : `${before}.${after}`;
}

/** Prints an exact value as decimal text, without trailing zeros and never as minus zero. @throws RangeError for NaN and Infinity */
export function decimalText(value: Exact): DecimalText {
  if (!value.isFinite()) throw new RangeError(`${value.toString()} is no decimal`);
  const text = value.toFixed();
  return (text === '-0' ? '0' : text) as DecimalText;
}
