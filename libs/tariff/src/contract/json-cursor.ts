const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** Thrown inside the fast reader when a line is not of its plain form; the strict reader then has the word. */
export class NotPlain extends Error {}
const NOT_PLAIN = new NotPlain('not of the plain form');

/** Most digits of a number that the fast reader takes: whole numbers of so many digits are exact. */
const DIGITS_MAX = 15;

/**
 * A cursor over JSON text of the plain form: no escapes, no exponents, numbers of at most 15 digits. It reads numbers as whole
 * numbers and a count of decimals, never as fractions. Anything else ends in `NotPlain`, so it never repairs or guesses.
 */
export class JsonCursor {
  at = 0;
  /** The digits of the last number as one whole number … */
  mantissa = 0;
  /** … of which so many stand behind the point. */
  decimals = 0;

  constructor(readonly text: string) {}

  refuse(): never {
    throw NOT_PLAIN;
  }

  /** Steps over blanks and gives the next character code without taking it. */
  peek(): number {
    let code = this.text.charCodeAt(this.at);
    while (code <= SPACE) {
      if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) this.refuse();
      this.at += 1;
      code = this.text.charCodeAt(this.at);
    }
    return code;
  }

  take(code: number): void {
    if (this.peek() !== code) this.refuse();
    this.at += 1;
  }

  /** After a member or item: true when another one follows, false when the closing character was taken. */
  another(close: number): boolean {
    const code = this.peek();
    this.at += 1;
    if (code === COMMA) return true;
    if (code !== close) this.refuse();
    return false;
  }

  /** Takes the closing character when it comes at once: an empty object or list. */
  isEmpty(close: number): boolean {
    if (this.peek() !== close) return false;
    this.at += 1;
    return true;
  }

  /** A string without escapes. */
  string(): string {
    if (this.peek() !== QUOTE) this.refuse();
    const start = this.at + 1;
    const end = this.text.indexOf('"', start);
    if (end < 0) this.refuse();
    for (let at = start; at < end; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code < SPACE || code === BACKSLASH || code >= 0xd800) this.refuse();
    }
    this.at = end + 1;
    return this.text.slice(start, end);
  }

  /** A member name and its colon. */
  name(): string {
    const name = this.string();
    this.take(0x3a);
    return name;
  }

  /** Takes a literal when it comes. */
  literal(word: 'true' | 'false' | 'null'): boolean {
    this.peek();
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  flag(): boolean {
    if (this.literal('true')) return true;
    if (!this.literal('false') && !this.literal('null')) this.refuse();
    return false;
  }

  /** A number that is not negative, into `mantissa` and `decimals`. */
  number(): void {
    const first = this.peek();
    const start = this.at;
    let mantissa = this.digits();
    const whole = this.at - start;
    if (whole === 0 || (whole > 1 && first === ZERO)) this.refuse();
    let decimals = 0;
    if (this.text.charCodeAt(this.at) === POINT) {
      this.at += 1;
      const from = this.at;
      const fraction = this.digits();
      decimals = this.at - from;
      if (decimals === 0 || whole + decimals > DIGITS_MAX) this.refuse();
      mantissa = mantissa * (POWERS[decimals] ?? 0) + fraction;
    }
    const next = this.text.charCodeAt(this.at) | 0x20;
    if (next === 0x65 || next === MINUS) this.refuse();
    this.mantissa = mantissa;
    this.decimals = decimals;
  }

  /** The text of an object or list, brackets and strings balanced. Its inside is not checked. */
  span(): string {
    const code = this.peek();
    if (code !== 0x7b && code !== 0x5b) this.refuse();
    const start = this.at;
    let depth = 0;
    do {
      this.nextBracket();
      const bracket = this.text.charCodeAt(this.at) | 0x20;
      depth += bracket === 0x7b ? 1 : -1;
      this.at += 1;
    } while (depth > 0);
    return this.text.slice(start, this.at);
  }

  /** Only blanks are left. */
  isAtEnd(): boolean {
    while (this.at < this.text.length) {
      if (this.text.charCodeAt(this.at) > SPACE) return false;
      this.peek();
      return this.at >= this.text.length;
    }
    return true;
  }

  private nextBracket(): void {
    const { text } = this;
    for (; this.at < text.length; this.at += 1) {
      const code = text.charCodeAt(this.at);
      if (code === 0x7b || code === 0x7d || code === 0x5b || code === 0x5d) return;
      if (code === BACKSLASH) this.refuse();
      if (code === QUOTE) this.skipString();
    }
    this.refuse();
  }

  private skipString(): void {
    const end = this.text.indexOf('"', this.at + 1);
    if (end < 0 || this.text.charCodeAt(end - 1) === BACKSLASH) this.refuse();
    this.at = end;
  }

  private digits(): number {
    const { text } = this;
    const start = this.at;
    let value = 0;
    let code = text.charCodeAt(this.at);
    while (code >= ZERO && code <= NINE) {
      value = value * 10 + (code - ZERO);
      this.at += 1;
      code = text.charCodeAt(this.at);
    }
    if (this.at - start > DIGITS_MAX) this.refuse();
    return value;
  }
}

/** Powers of ten as whole numbers that are exact. */
export const POWERS: readonly number[] = Array.from({ length: DIGITS_MAX + 1 }, (_, exponent) => 10 ** exponent);
