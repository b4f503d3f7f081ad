declare const instantBrand: unique symbol;

/** A moment as UTC text with milliseconds, `2026-06-01T08:15:00.000Z`: text order is time order. */
export type Instant = string & { readonly [instantBrand]: true };

const FORM = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads an RFC 3339 date and time with any offset; a time without an offset is UTC (OCPI 2.2.1, Types, DateTime).
 * Digits below a millisecond are cut. Returns undefined when it is no such text or no such day exists.
 */
export function parseInstant(text: string): Instant | undefined {
  if (text.length === 24 && isCanonicalShape(text)) return checkedCanonical(text);
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = '', offset = 'Z'] = parts;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${`${fraction}000`.slice(0, 3)}Z`;
  const ms = Date.parse(local);
  if (isNotANumber(ms) || new Date(ms).toISOString() !== local) return undefined;
  const shift = offsetMs(offset);
  return shift === undefined ? undefined : instantOf(ms - shift);
}

/** The instant as whole milliseconds since 1970-01-01T00:00:00Z. */
export function millisOf(instant: Instant): number {
  return Date.parse(instant);
}

/** The instant that lies `ms` milliseconds after 1970-01-01T00:00:00Z; undefined outside the years 0 to 9999. */
export function instantOf(ms: number): Instant | undefined {
  if (!(ms >= YEAR_0_MS && ms <= YEAR_9999_MS)) return undefined;
  return new Date(ms).toISOString() as Instant;
}

const YEAR_0_MS = Date.parse('0000-01-01T00:00:00.000Z');
const YEAR_9999_MS = Date.parse('9999-12-31T23:59:59.999Z');

function isCanonicalShape(text: string): boolean {
  return text.charCodeAt(23) === 90 && text.charCodeAt(10) === 84 && text.charCodeAt(19) === 46;
}

function checkedCanonical(text: string): Instant | undefined {
  const ms = Date.parse(text);
  return !isNotANumber(ms) && new Date(ms).toISOString() === text ? (text as Instant) : undefined;
}

function isNotANumber(ms: number): boolean {
  return ms !== ms;
}

function offsetMs(offset: string): number | undefined {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = +offset.slice(1, 3);
  const minutes = +offset.slice(-2);
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
