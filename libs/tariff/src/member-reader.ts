import { JsonNumber, dayOfDate, parseDecimal, parseInstant } from '@ledger/units';
import type { DecimalText, Instant } from '@ledger/units';
import type { TariffFinding } from './tariff';

/** An object as a JSON reader gives it. */
export type Members = Readonly<Record<string, unknown>>;

/** Longest text taken over from a tariff, in UTF-16 code units. */
export const TARIFF_TEXT_MAX = 1_000;

/** Tells a JSON object from numbers, lists and null. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/**
 * Reads members of one JSON object and collects every finding instead of stopping at the first. Absent and null are the
 * same everywhere. Numbers come as `JsonNumber`, as decimal text or as a whole JavaScript number; never as a fraction
 * that already went through a binary float.
 */
export class MemberReader {
  constructor(
    private readonly members: Members,
    private readonly pointer: string,
    private readonly log: { readonly errors: TariffFinding[]; readonly warnings: TariffFinding[] },
  ) {}

  /** Notes an error; gives `nothing`, so that a reader can note and leave in one breath. */
  wrong<Nothing>(code: string, key: string, because: string, nothing?: Nothing): Nothing | undefined {
    this.log.errors.push({ code, pointer: this.at(key), because });
    return nothing;
  }

  odd(code: string, key: string, because: string): void {
    this.log.warnings.push({ code, pointer: this.at(key), because });
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  /** A finding for a member that must be there; nothing when it is there, right or wrong. */
  required(key: string): void {
    if (!this.has(key)) this.wrong('missing', key, `${key} is required`);
  }

  /** Warns of members that OCPI does not know; they are not kept. */
  onlyKnown(known: ReadonlySet<string>): void {
    for (const key of Object.keys(this.members)) {
      if (!known.has(key))
        this.odd('unknown-member', key, `OCPI has no member ${key.slice(0, 64)} here; it is left out`);
    }
  }

  text(key: string, max = TARIFF_TEXT_MAX): string | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.wrong('not-text', key, `${key} must be text`);
    if (value === '' || !value.isWellFormed()) return this.wrong('not-text', key, `${key} must be non-empty text`);
    return value.length <= max ? value : this.wrong('too-long', key, `${key} is longer than ${max} characters`);
  }

  /** Text of a given form, such as `HH:MM`. */
  form(key: string, pattern: RegExp, form: string): string | undefined {
    const text = this.text(key);
    if (text === undefined || pattern.test(text)) return text;
    return this.wrong('bad-form', key, `${key} must be ${form}, not "${text.slice(0, 32)}"`);
  }

  date(key: string): string | undefined {
    const text = this.form(key, /^\d{4}-\d{2}-\d{2}$/, 'a date such as 2026-12-24');
    if (text === undefined || dayOfDate(text) !== undefined) return text;
    return this.wrong('bad-form', key, `there is no day ${text}`);
  }

  instant(key: string): Instant | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    return parseInstant(text) ?? this.wrong('bad-form', key, `${key} must be an RFC 3339 date and time`);
  }

  /** One of a list of words, in the spelling of OCPI. */
  word<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    return wordOf(value, words) ?? this.wrong('unknown-word', key, `${key} must be one of ${words.join(', ')}`);
  }

  /** A decimal, exactly as written, without trailing zeros. */
  decimal(key: string): DecimalText | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const text = numberText(value);
    const decimal = text === undefined ? undefined : parseDecimal(text);
    if (decimal === undefined) {
      return this.wrong(
        'not-a-number',
        key,
        `${key} must be a decimal number of at most 30 digits, read from its text`,
      );
    }
    return trimmed(decimal);
  }

  decimalFromZero(key: string): DecimalText | undefined {
    const decimal = this.decimal(key);
    if (decimal?.startsWith('-') === true) return this.wrong('negative', key, `${key} must not be negative`);
    return decimal;
  }

  /** A whole number from 0 to 2^31-1. */
  count(key: string): number | undefined {
    const decimal = this.decimal(key);
    if (decimal === undefined) return undefined;
    if (/^\d{1,10}$/.test(decimal) && +decimal < COUNT_LIMIT) return +decimal;
    return this.wrong('not-a-count', key, `${key} must be a whole number from 0 to ${COUNT_LIMIT - 1}`);
  }

  flag(key: string): boolean | undefined {
    const value = this.value(key);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.wrong('not-a-flag', key, `${key} must be true or false`);
  }

  /** The items of a list; an absent list is empty. */
  list(key: string, max: number): readonly unknown[] {
    const value = this.value(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.wrong('not-a-list', key, `${key} must be a list`);
      return [];
    }
    const items: readonly unknown[] = value;
    if (items.length <= max) return items;
    this.wrong('too-many', key, `${key} has ${items.length} items, more than ${max}`);
    return [];
  }

  /** A reader for a member that is an object; undefined when absent or no object. */
  object(key: string): MemberReader | undefined {
    const value = this.value(key);
    return value === undefined ? undefined : this.inner(value, key);
  }

  /** A reader for an item of a list. */
  inner(value: unknown, key: string): MemberReader | undefined {
    if (!isMembers(value)) return this.wrong('not-an-object', key, `${key} must be an object`);
    return new MemberReader(value, this.at(key), this.log);
  }

  private value(key: string): unknown {
    if (!Object.hasOwn(this.members, key)) return undefined;
    return this.members[key] ?? undefined;
  }

  private at(key: string): string {
    return key === '' ? this.pointer : `${this.pointer}/${key}`;
  }
}

const COUNT_LIMIT = 2 ** 31;

/** The word itself when the value is one of the words. */
export function wordOf<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === value);
}

function numberText(value: unknown): string | undefined {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'string') return value;
  return typeof value === 'number' && value % 1 === 0 && Math.abs(value) < 2 ** 53 ? `${value}` : undefined;
}

/** The members that are there. */
export function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in members) {
    const value = members[key];
    if (isGiven(value)) kept[key] = value;
  }
  return kept;
}

function isGiven<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}

/** The same decimal without trailing zeros of its fraction. */
function trimmed(text: DecimalText): DecimalText {
  if (!text.includes('.')) return text;
  const short = text.replace(/\.?0+$/, '');
  return (short === '-0' ? '0' : short) as DecimalText;
}
