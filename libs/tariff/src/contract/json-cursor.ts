import { pow10, type Ratio } from '../ratio';
import { plainDay, plainInstantMs, plainMinute } from './plain-instant';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const DELETE = 0x7f;

/** Thrown inside the fast reader when a line is not of its plain form; the strict reader then has the word. */
export class NotPlain extends Error {}
const NOT_PLAIN = new NotPlain('not of the plain form');

/** Most digits of a number that the fast reader takes: whole numbers of so many digits are exact. */
const DIGITS_MAX = 15;

/** Bytes with a line feed at the end of each line, and the same as text, one character for each byte. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Words to be found by their bytes, the closing quote included. */
export type Words = readonly Uint8Array[];

/** Makes words ready to be looked for; their index is what `JsonCursor.word` answers. */
export function wordsOf(...words: readonly string[]): Words {
  return words.map((word) => Uint8Array.from(`${word}"`, (letter) => letter.charCodeAt(0)));
}

/**
 * A cursor over the bytes of one line of JSON of the plain form: no escapes, no exponents, nothing negative, numbers of at most
 * 15 digits. It reads numbers as whole numbers and a count of decimals, never as fractions. Anything else ends in `NotPlain`,
 * so it never repairs or guesses. The line feed that ends the line stops every loop.
 */
export class JsonCursor {
  /** The digits of the last number as one whole number … */
  mantissa = 0;
  /** … of which so many stand behind the point. */
  decimals = 0;
  /** Where the inside of the last string, number or span begins. */
  from = 0;
  /** Of the last span: a number that follows from its bytes. */
  hash = 0;
  private readonly bytes: Uint8Array;
  private readonly text: string;

  constructor(
    lines: LineBytes,
    public at: number,
  ) {
    this.bytes = lines.bytes;
    this.text = lines.text;
  }

  refuse(): never {
    throw NOT_PLAIN;
  }

  /** Steps over blanks and gives the next byte without taking it. */
  peek(): number {
    let code = this.bytes[this.at] ?? LINE_FEED;
    while (code <= SPACE) {
      if (code !== SPACE && code !== 0x0d && code !== 0x09) this.refuse();
      this.at += 1;
      code = this.bytes[this.at] ?? LINE_FEED;
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

  /** A string of ASCII without escapes. */
  string(): string {
    const to = this.stringEnd();
    return this.text.slice(this.from, to);
  }

  /** A string that is one of some words; gives its index. */
  word(words: Words): number {
    this.take(QUOTE);
    const first = this.bytes[this.at];
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index];
      if (word?.[0] === first && word !== undefined && this.stands(word)) {
        this.at += word.length;
        return index;
      }
    }
    return this.refuse();
  }

  /** A member name out of some words, and its colon; gives the index of the name. */
  name(names: Words): number {
    const index = this.word(names);
    this.take(COLON);
    return index;
  }

  /**
   * The next member of an object whose names are all known and stand once each: the index of its name, or -1 behind the last
   * one. `seen` has a bit for each name that came before.
   */
  member(names: Words, seen: number): number {
    if (seen !== 0) {
      if (!this.another(CLOSE_BRACE)) return -1;
    } else {
      this.take(OPEN_BRACE);
      if (this.isEmpty(CLOSE_BRACE)) return -1;
    }
    const index = this.name(names);
    return (seen & (1 << index)) === 0 ? index : this.refuse();
  }

  /** Takes a literal when it comes. */
  literal(word: 'true' | 'false' | 'null'): boolean {
    if (this.peek() !== word.charCodeAt(0) || !this.text.startsWith(word, this.at)) return false;
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
    this.from = this.at;
    this.mantissa = 0;
    this.digits();
    const whole = this.at - this.from;
    if (whole === 0 || (whole > 1 && first === ZERO)) this.refuse();
    this.decimals = 0;
    if (this.bytes[this.at] === POINT) {
      this.at += 1;
      const fraction = this.at;
      this.digits();
      this.decimals = this.at - fraction;
      if (this.decimals === 0) this.refuse();
    }
    if (whole + this.decimals > DIGITS_MAX) this.refuse();
    const next = (this.bytes[this.at] ?? LINE_FEED) | 0x20;
    if (next === 0x65 || next === (MINUS | 0x20)) this.refuse();
  }

  /** The same number, exactly. */
  ratio(): Ratio {
    this.number();
    return { num: BigInt(this.mantissa), den: pow10(this.decimals) };
  }

  /** A whole number from 0 to 2^31-1. */
  count(): number {
    this.number();
    return this.decimals === 0 && this.mantissa < COUNT_LIMIT ? this.mantissa : this.refuse();
  }

  /** A moment such as `"2026-06-01T08:15:00Z"` in milliseconds since 1970. */
  instantMs(): number {
    const to = this.stringEnd();
    return plainInstantMs(this.bytes, this.from, to) ?? this.refuse();
  }

  /** A date such as `"2026-06-01"` as days since 1970. */
  day(): number {
    const to = this.stringEnd();
    const day = plainDay(this.bytes, this.from);
    return to - this.from === DATE_LENGTH && day >= 0 ? day : this.refuse();
  }

  /** A local time such as `"08:15"` in milliseconds since midnight. */
  timeOfDayMs(): number {
    const to = this.stringEnd();
    const minute = plainMinute(this.bytes, this.from);
    return to - this.from === TIME_LENGTH && minute >= 0 ? minute * 60_000 : this.refuse();
  }

  /** Steps over an object or list, brackets and strings balanced; its inside is not checked. It begins at `from`. */
  span(): void {
    const code = this.peek();
    if (code !== OPEN_BRACE && code !== OPEN_BRACKET) this.refuse();
    this.from = this.at;
    this.hash = 0;
    let depth = 0;
    do {
      const bracket = this.nextBracket() | 0x20;
      depth += bracket === OPEN_BRACE ? 1 : -1;
    } while (depth > 0);
  }

  /** Whether nothing but blanks is left before the line feed. */
  isAtEnd(): boolean {
    let code = this.bytes[this.at] ?? LINE_FEED;
    while (code === SPACE || code === 0x0d || code === 0x09) {
      this.at += 1;
      code = this.bytes[this.at] ?? LINE_FEED;
    }
    return code === LINE_FEED;
  }

  /** Takes everything up to the next bracket outside of strings, and that bracket. */
  private nextBracket(): number {
    const { bytes } = this;
    for (;;) {
      const code = bytes[this.at] ?? LINE_FEED;
      if (code < SPACE) this.refuse();
      this.at += 1;
      this.hash = (Math.imul(this.hash, HASH_FACTOR) + code) | 0;
      // Brackets and braces differ in one bit.
      const brace = code | 0x20;
      if (brace === OPEN_BRACE || brace === CLOSE_BRACE) return code;
      if (code === QUOTE) this.skipString();
    }
  }

  /** Takes the inside of a string and its closing quote. */
  private skipString(): void {
    const { bytes } = this;
    let { at, hash } = this;
    let code = bytes[at] ?? LINE_FEED;
    while (code !== QUOTE) {
      if (code < SPACE || code === BACKSLASH) this.refuse();
      hash = (Math.imul(hash, HASH_FACTOR) + code) | 0;
      at += 1;
      code = bytes[at] ?? LINE_FEED;
    }
    this.at = at + 1;
    this.hash = hash;
  }

  /** Takes a string and notes where its inside begins; gives where it ends. */
  private stringEnd(): number {
    this.take(QUOTE);
    const { bytes } = this;
    let { at } = this;
    this.from = at;
    let code = bytes[at] ?? LINE_FEED;
    while (code !== QUOTE) {
      if (code < SPACE || code === BACKSLASH || code >= DELETE) this.refuse();
      at += 1;
      code = bytes[at] ?? LINE_FEED;
    }
    this.at = at + 1;
    return at;
  }

  private stands(word: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < word.length; index += 1) {
      if (bytes[at + index] !== word[index]) return false;
    }
    return true;
  }

  /** Takes digits onto `mantissa`; more than it holds exactly are refused by who counts them. */
  private digits(): void {
    const { bytes } = this;
    let { at, mantissa } = this;
    let code = bytes[at] ?? LINE_FEED;
    while (code >= ZERO && code <= NINE) {
      if (at - this.from > DIGITS_MAX) this.refuse();
      mantissa = mantissa * 10 + (code - ZERO);
      at += 1;
      code = bytes[at] ?? LINE_FEED;
    }
    this.at = at;
    this.mantissa = mantissa;
  }
}

const HASH_FACTOR = 31;
const COUNT_LIMIT = 2 ** 31;
const DATE_LENGTH = 10;
const TIME_LENGTH = 5;

/** Powers of ten as whole numbers that are exact. */
export const POWERS: readonly number[] = Array.from({ length: DIGITS_MAX + 1 }, (_, exponent) => 10 ** exponent);
