import { JsonNumber } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';
import { pow10, rounded, scaledText, type Ratio } from './ratio';

/** Decimals of a number in OCPI (OCPI 2.3.0, Types, section 17.5: number). */
export const OCPI_DECIMALS = 4;

/** A quantity as an OCPI number, rounded half away from zero. */
export function roundedNumber(value: Ratio): JsonNumber {
  return new JsonNumber(scaledText(rounded(value, OCPI_DECIMALS), OCPI_DECIMALS));
}

/** A quantity from zero as an OCPI number, cut: it stays on its side of every limit that has four decimals. */
export function cutNumber({ num, den }: Ratio): JsonNumber {
  return new JsonNumber(scaledText((num * pow10(OCPI_DECIMALS)) / den, OCPI_DECIMALS));
}

/** Exact decimal text as a JSON number, to the digit. */
export function exactNumber(text: string): JsonNumber {
  return new JsonNumber(text);
}

/** An object without the members that are undefined. */
export function members(all: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Text as OCPI's string type wants it: printable, and cut to a number of characters. */
export function printable(text: string, max: number): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ').trim();
  return clean.length <= max
    ? clean
    : clean
        .slice(0, max)
        .toWellFormed()
        .replace(/\uFFFD$/u, '');
}

/** Tells whether the text is an OCPI CiString: printable ASCII, at most so long. */
export function isCiString(text: unknown, max: number): text is string {
  return typeof text === 'string' && text.length >= 1 && text.length <= max && /^[ -~]+$/.test(text);
}
