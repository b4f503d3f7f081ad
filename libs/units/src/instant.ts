declare const instantBrand: unique symbol;

/** A moment as UTC text with milliseconds, `2026-06-01T08:15:00.000Z`: text order is time order. */
export type Instant = string & { readonly [instantBrand]: true };

const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const FORM = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads an RFC 3339 date and time with any offset; a time without an offset is UTC (OCPI 2.2.1, Types, DateTime), one
 * without seconds is at second 0. Digits below a millisecond are cut. Returns undefined for any other text, for a day or
 * time that no calendar has, for a leap second, and outside the years 0 to 9999.
 */
export function parseInstant(text: string): Instant | undefined {
  if (CANONICAL.test(text)) return isOnCalendar(text) ? (text as Instant) : undefined;
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [, second = '00', fraction = '', offset = 'Z'] = parts;
  const local = `${text.slice(0, 10)}T${text.slice(11, 16)}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const shift = offsetMs(offset);
  if (shift === undefined || !isOnCalendar(local)) return undefined;
  return shift === 0 ? (local as Instant) : instantOf(Date.parse(local) - shift);
}

/** The instant as whole milliseconds since 1970-01-01T00:00:00Z. */
export function millisOf(instant: Instant): number {
  const year = digits(instant, 0) * 100 + digits(instant, 2);
  const ms = digits(instant, 20) * 10 + instant.charCodeAt(22) - ZERO;
  const minute = digits(instant, 14);
  const second = digits(instant, 17);
  // Ten times faster than the engine's reader of dates; its arithmetic takes years below 100 for those of the 20th century.
  if (!(year >= 100)) return Date.parse(instant);
  return Date.UTC(year, digits(instant, 5) - 1, digits(instant, 8), digits(instant, 11), minute, second, ms);
}

/** The two digits at a place; NaN for anything else. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** The instant that lies `ms` milliseconds after 1970-01-01T00:00:00Z; undefined outside the years 0 to 9999. */
export function instantOf(ms: number): Instant | undefined {
  if (ms === latest.ms) return latest.instant;
  if (!(ms >= YEAR_0_MS && ms <= YEAR_9999_MS)) return undefined;
  const instant = instantText(ms);
  latest = { ms, instant };
  return instant;
}

/** The answer before: what is stored together was mostly stored in the same millisecond. */
let latest: { readonly ms: number; readonly instant: Instant } = {
  ms: 0,
  instant: '1970-01-01T00:00:00.000Z' as Instant,
};

/** The day of the answer before, as `2026-06-01T`: neighbours mostly share it, and the engine writes dates slowly. */
let latestDay = { number: 0, text: '1970-01-01T' };

function instantText(ms: number): Instant {
  const number = Math.floor(ms / DAY_MS);
  const ofDay = ms - number * DAY_MS;
  if (ofDay % 1 !== 0) return new Date(ms).toISOString() as Instant;
  if (latestDay.number !== number) {
    latestDay = { number, text: new Date(number * DAY_MS).toISOString().slice(0, 11) };
  }
  const seconds = Math.floor(ofDay / 1_000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}:${padded(seconds % 60)}`;
  const millis = 1_000 + (ofDay % 1_000);
  return `${latestDay.text}${clock}.${`${millis}`.slice(1)}Z` as Instant;
}

function padded(count: number): string {
  return count < 10 ? `0${count}` : `${count}`;
}

const YEAR_0_MS = Date.parse('0000-01-01T00:00:00.000Z');
const YEAR_9999_MS = Date.parse('9999-12-31T23:59:59.999Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function isOnCalendar(canonical: string): boolean {
  const day = twoDigits(canonical, 8);
  const isDay =
    day >= 1 && day <= daysOf(twoDigits(canonical, 0) * 100 + twoDigits(canonical, 2), twoDigits(canonical, 5));
  return isDay && twoDigits(canonical, 11) < 24 && twoDigits(canonical, 14) < 60 && twoDigits(canonical, 17) < 60;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

const ZERO = 0x30;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month of the Gregorian calendar; none for a month that does not exist. */
function daysOf(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (DAYS[month - 1] ?? 0);
}

function offsetMs(offset: string): number | undefined {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = twoDigits(offset, 1);
  const minutes = twoDigits(offset, offset.length - 2);
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
