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

/** An exact decimal as plain text: optional minus, digits, optional fraction; no exponent, no leading plus. */
export type DecimalText = string & { readonly [decimalBrand]: true };

/** Most digits a decimal from outside may have, before and after the point together. */
export const DECIMAL_DIGITS_MAX = 30;

const PLAIN = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const LENIENT = /^\s*([+-]?)([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,2}))?\s*$/;

/** Tells whether the text already is plain decimal text within the digit limit. */
export function isDecimalText(text: string): text is DecimalText {
  return text.length <= DECIMAL_DIGITS_MAX + 2 && PLAIN.test(text) && text !== '-0';
}

/**
 * Reads a decimal as devices write it: blanks around it, a leading plus, padding zeros, a small exponent.
 * Trailing zeros of the fraction are kept. Returns undefined for anything else (NaN, Infinity, hex, words, too long).
 */
export function parseDecimal(text: string): DecimalText | undefined {
  if (isDecimalText(text)) return text;
  const parts = LENIENT.exec(text);
  if (parts === null || text.length > DECIMAL_DIGITS_MAX + 16) return undefined;
  const [, sign = '', whole = '0', fraction = '', exponent] = parts;
  const plain = `${whole.replace(/^0+(?=[0-9])/, '')}${fraction === '' ? '' : `.${fraction}`}`;
  const shifted = exponent === undefined ? plain : new Exact(`${plain}e${exponent}`).toFixed();
  const signed = sign === '-' && /[1-9]/.test(shifted) ? `-${shifted}` : shifted;
  return isDecimalText(signed) ? signed : undefined;
}

/** Prints an exact value as decimal text, without trailing zeros and never as minus zero. */
export function decimalText(value: Exact): DecimalText {
  const text = value.toFixed();
  return (text === '-0' ? '0' : text) as DecimalText;
}
