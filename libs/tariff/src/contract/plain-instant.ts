import { parseInstant } from '@ledger/units';

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Milliseconds since 1970 of a date and time such as `2026-06-01T08:15:00Z`, as `parseInstant` reads it; undefined for
 * another form or a day that does not exist. A test holds the two together.
 */
export function plainInstantMs(text: string): number | undefined {
  const day = isPlain(text) ? dayNumber(text) : undefined;
  return day === undefined ? slow(text) : day * 86_400_000 + secondOfDay(text) * 1_000;
}

function secondOfDay(text: string): number {
  return (two(text, 11) * 60 + two(text, 14)) * 60 + two(text, 17);
}

/** Days since 1970-01-01; undefined when there is no such day, or an earlier one. */
function dayNumber(text: string): number | undefined {
  const year = two(text, 0) * 100 + two(text, 2);
  const [month, day] = [two(text, 5), two(text, 8)];
  const leapDay = isLeap(year) ? 1 : 0;
  const length = (DAYS_IN_MONTH[month - 1] ?? 0) + (month === 2 ? leapDay : 0);
  if (!(year >= 1970 && day >= 1 && day <= length)) return undefined;
  return daysBefore(year) + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 ? leapDay : 0) + day - 1;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function slow(text: string): number | undefined {
  const instant = parseInstant(text);
  return instant === undefined ? undefined : Date.parse(instant);
}

/** Days from 1970-01-01 to the first of January. */
function daysBefore(year: number): number {
  const past = year - 1;
  return (
    (year - 1970) * 365 + (Math.floor(past / 4) - 492) - (Math.floor(past / 100) - 19) + (Math.floor(past / 400) - 4)
  );
}

/** Of the form, with a time that exists. */
function isPlain(text: string): boolean {
  return text.length === 20 && text.charCodeAt(19) === 0x5a && hasMarks(text) && hasTime(text);
}

function hasMarks(text: string): boolean {
  return (
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    text.charCodeAt(10) === 0x54 &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a
  );
}

function hasTime(text: string): boolean {
  return two(text, 11) < 24 && two(text, 14) < 60 && two(text, 17) < 60;
}

/** Two digits as a number; not a number when they are none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NOT_A_NUMBER;
}

const NOT_A_NUMBER = 0 / 0;
