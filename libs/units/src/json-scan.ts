/** A place where a text stops being JSON, and why. */
export interface ScanFault {
  readonly at: number;
  readonly reason: string;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const LOWER_E = 0x65;
const LOWER_U = 0x75;
const ESCAPES: ReadonlySet<number> = new Set(Array.from('"\\/bfnrt', (escape) => escape.charCodeAt(0)));
const HEX4 = /[0-9a-fA-F]{4}/y;

/** The offset behind the number that begins at `start` (RFC 8259, section 6). */
export function numberEnd(text: string, start: number): number | ScanFault {
  const whole = text.charCodeAt(start) === MINUS ? start + 1 : start;
  let at = skipDigits(text, whole);
  if (at === whole)
    return fault(start, start === whole ? 'a value was expected' : 'a digit was expected after the minus');
  if (at > whole + 1 && text.charCodeAt(whole) === ZERO) return fault(whole, 'a number has a leading zero');
  if (text.charCodeAt(at) === DOT) {
    const fraction = at + 1;
    at = skipDigits(text, fraction);
    if (at === fraction) return fault(at, 'a digit was expected after the point');
  }
  return (text.charCodeAt(at) | SPACE) === LOWER_E ? exponentEnd(text, at + 1) : at;
}

function exponentEnd(text: string, start: number): number | ScanFault {
  const sign = text.charCodeAt(start);
  const digits = sign === PLUS || sign === MINUS ? start + 1 : start;
  const at = skipDigits(text, digits);
  return at === digits ? fault(at, 'a digit was expected in the exponent') : at;
}

function skipDigits(text: string, start: number): number {
  let at = start;
  let code = text.charCodeAt(at);
  while (code >= ZERO && code <= NINE) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}

/** The offset of the first character from `start` on that ends the plain part of a string: `"`, `\`, a control character, the end. */
export function plainEnd(text: string, start: number): number {
  let at = start;
  let code = text.charCodeAt(at);
  while (code >= SPACE && code !== QUOTE && code !== BACKSLASH) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}

/** The offset behind the closing quote of a string, `from` being anywhere inside it; its escapes are checked. */
export function stringEnd(text: string, from: number): number | ScanFault {
  let at = plainEnd(text, from);
  while (text.charCodeAt(at) === BACKSLASH) {
    const width = escapeWidth(text, at);
    if (width === 0) return fault(at, 'a string holds an unknown escape');
    at = plainEnd(text, at + width);
  }
  if (at >= text.length) return fault(at, 'the text ends inside a string');
  return text.charCodeAt(at) === QUOTE ? at + 1 : fault(at, 'a string holds a bare control character');
}

function escapeWidth(text: string, at: number): 0 | 2 | 6 {
  const escape = text.charCodeAt(at + 1);
  if (escape === QUOTE || ESCAPES.has(escape)) return 2;
  if (escape !== LOWER_U) return 0;
  HEX4.lastIndex = at + 2;
  return HEX4.test(text) ? 6 : 0;
}

function fault(at: number, reason: string): ScanFault {
  return { at, reason };
}
