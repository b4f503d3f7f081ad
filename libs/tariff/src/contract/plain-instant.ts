const ZERO = 0x30;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const LENGTH_WITHOUT_FRACTION = 19;
/** Most digits of a fraction of a second. */
const FRACTION_DIGITS_MAX = 9;

/**
 * Milliseconds since 1970 of a date and time in the bytes from `at` to `to`, as `parseInstant` reads it: of the form
 * `2026-06-01T08:15:00Z`, with or without a fraction and the zone. Undefined for another form, for a day or time that does not
 * exist, and before 1970. A test holds the two together.
 */
export function plainInstantMs(bytes: Uint8Array, at: number, to: number): number | undefined {
  if (to - at < LENGTH_WITHOUT_FRACTION || !hasMarks(bytes, at)) return undefined;
  const day = dayNumber(bytes, at);
  const second = secondOfDay(bytes, at);
  const end = bytes[to - 1] === 0x5a ? to - 1 : to;
  const ms = fractionMs(bytes, at + LENGTH_WITHOUT_FRACTION, end);
  return day < 0 || second < 0 || ms < 0 ? undefined : (day * 86_400 + second) * 1_000 + ms;
}

function hasMarks(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + 4] === 0x2d &&
    bytes[at + 7] === 0x2d &&
    bytes[at + 10] === 0x54 &&
    bytes[at + 13] === 0x3a &&
    bytes[at + 16] === 0x3a
  );
}

/** Days since 1970-01-01 of a date such as `2026-06-01`, which begins at `at`; negative when there is no such day. */
export function plainDay(bytes: Uint8Array, at: number): number {
  return bytes[at + 4] === 0x2d && bytes[at + 7] === 0x2d ? dayNumber(bytes, at) : -1;
}

/** Minutes since midnight of a time such as `08:15`, which begins at `at`; negative when there is no such time. */
export function plainMinute(bytes: Uint8Array, at: number): number {
  const [hour, minute] = [two(bytes, at), two(bytes, at + 3)];
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && bytes[at + 2] === 0x3a;
  return isTime ? hour * 60 + minute : -1;
}

/** Days since 1970-01-01; negative when there is no such day, or an earlier one. */
function dayNumber(bytes: Uint8Array, at: number): number {
  const [century, yearOfCentury, month] = [two(bytes, at), two(bytes, at + 2), two(bytes, at + 5)];
  const day = two(bytes, at + 8);
  const year = century < 0 || yearOfCentury < 0 ? -1 : century * 100 + yearOfCentury;
  if (year < 1970 || day < 1 || day > daysIn(month, year)) return -1;
  return daysBefore(year) + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 ? leapDay(year) : 0) + day - 1;
}

/** None for a month that does not exist. */
function daysIn(month: number, year: number): number {
  return month === 2 ? 28 + leapDay(year) : (DAYS_IN_MONTH[month - 1] ?? 0);
}

function leapDay(year: number): number {
  return isLeap(year) ? 1 : 0;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1970-01-01 to the first of January. */
function daysBefore(year: number): number {
  const past = year - 1;
  return (year - 1970) * 365 + (quotient(past, 4) - 492) - (quotient(past, 100) - 19) + (quotient(past, 400) - 4);
}

function quotient(count: number, by: number): number {
  return (count - (count % by)) / by;
}

/** Seconds since midnight; negative when there is no such time. */
function secondOfDay(bytes: Uint8Array, at: number): number {
  const [hour, minute, second] = [two(bytes, at + 11), two(bytes, at + 14), two(bytes, at + 17)];
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  return isTime ? (hour * 60 + minute) * 60 + second : -1;
}

/** Whole milliseconds of a fraction such as `.25`, further digits cut; 0 for none, negative for what is no fraction. */
function fractionMs(bytes: Uint8Array, at: number, to: number): number {
  if (at === to) return 0;
  const digits = to - at - 1;
  if (bytes[at] !== 0x2e || digits < 1 || digits > FRACTION_DIGITS_MAX) return -1;
  let ms = 0;
  for (let index = 1; index <= digits; index += 1) {
    const digit = (bytes[at + index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    ms += digit * (MS_OF_DIGIT[index] ?? 0);
  }
  return ms;
}

/** What a digit of the fraction is worth in milliseconds, by its place behind the point. */
const MS_OF_DIGIT = [0, 100, 10, 1];

/** Two digits as a number; negative when they are none. */
function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO;
  const ones = (bytes[at + 1] ?? 0) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
