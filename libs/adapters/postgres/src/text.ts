/**
 * PostgreSQL's text cannot hold U+0000, SQLite's and a gateway's ids can. It is written as U+0001 U+0001, and U+0001
 * itself as U+0001 U+0002: the byte order of any two texts stays what it was.
 */
export function toStoredText(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, (char) => (char === NUL ? `${SOH}${SOH}` : `${SOH}\u0002`)) : text;
}

/** Reads what `toStoredText` wrote. */
export function fromStoredText(stored: string): string {
  return stored.includes(SOH) ? stored.replace(ESCAPED, (pair) => (pair === `${SOH}${SOH}` ? NUL : SOH)) : stored;
}

const NUL = String.fromCharCode(0);
const SOH = String.fromCharCode(1);
const SPECIAL = new RegExp(`[${NUL}${SOH}]`);
const SPECIALS = new RegExp(SPECIAL, 'g');
const ESCAPED = new RegExp(`${SOH}[${SOH}\u0002]`, 'g');
