import { millisOf, parseInstant } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { pointerTo, wrongType } from './fields';
import type { Place } from './fields';
import { AT_FUTURE_MAX_MS } from './limits';
import { Refused } from './refusal';

/** Against which receipt device times are held, and the time of the event, which its readings often repeat. */
export interface Moments {
  readonly receivedAt: Instant;
  readonly repeated?: { readonly text: string; readonly at: Instant };
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** A device time as the contract says: RFC 3339 with its offset. @throws Refused */
export function requiredAt(place: Place, name: string, moments: Moments): Instant {
  const text = place.object[name];
  if (text === moments.repeated?.text && moments.repeated !== undefined) return moments.repeated.at;
  return readAt(place, name, { moments, form: RFC_3339 }) ?? atMissing(place, name);
}

/** A device time as stations write it: without an offset it is UTC. @throws Refused */
export function optionalDeviceAt(place: Place, name: string, moments: Moments): Instant | undefined {
  return readAt(place, name, { moments });
}

function readAt(place: Place, name: string, how: { moments: Moments; form?: RegExp }): Instant | undefined {
  const text = place.object[name];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string') return wrongType(place, name, 'a date and time');
  const at = plainInstant(text) ?? (how.form === undefined || how.form.test(text) ? parseInstant(text) : undefined);
  if (at === undefined) throw new Refused('at-invalid', pointerTo(place, name), `${name} is no RFC 3339 date and time`);
  if (at > how.moments.receivedAt) refuseFuture(at, how.moments.receivedAt, pointerTo(place, name));
  return at;
}

const WHOLE_SECONDS = 20;
const WITH_MILLIS = 24;
const DOT = 0x2e;
const DASH = 0x2d;
const COLON = 0x3a;

/**
 * The two forms that nearly every event has, `2026-06-01T08:15:00Z` and `2026-06-01T08:15:00.000Z`, a dozen times faster
 * than the general way; undefined for any other form and for what does not exist, which the general way then refuses.
 */
function plainInstant(text: string): Instant | undefined {
  const { length } = text;
  if (text.charCodeAt(length - 1) !== 0x5a || text.charCodeAt(10) !== 0x54 || !isDate(text) || !isTime(text))
    return undefined;
  if (length === WHOLE_SECONDS) return `${text.slice(0, 19)}.000Z` as Instant;
  const isPrecise = length === WITH_MILLIS && text.charCodeAt(19) === DOT && pair(text, 20) >= 0 && pair(text, 21) >= 0;
  return isPrecise ? (text as Instant) : undefined;
}

/** Days of each month, January at 1. The 29th of February is left to the general way, which knows leap years. */
const DAYS: readonly number[] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(text: string): boolean {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  const month = pair(text, 5);
  const day = pair(text, 8);
  return pair(text, 0) >= 0 && pair(text, 2) >= 0 && day >= 1 && day <= (DAYS[month] ?? 0);
}

function isTime(text: string): boolean {
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return false;
  return within(pair(text, 11), 23) && within(pair(text, 14), 59) && within(pair(text, 17), 59);
}

function within(value: number, max: number): boolean {
  return value >= 0 && value <= max;
}

/** The two digits at a place as a number, or a negative number. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function refuseFuture(at: Instant, receivedAt: Instant, pointer: string): void {
  if (millisOf(at) - millisOf(receivedAt) > AT_FUTURE_MAX_MS) {
    throw new Refused(
      'at-in-future',
      pointer,
      `the device time lies more than ${AT_FUTURE_MAX_MS} ms after the receipt`,
    );
  }
}

/** @throws Refused always */
export function atMissing(place: Place, name: string): never {
  throw new Refused(
    'at-missing',
    pointerTo(place, name),
    `${name} is missing: a statement needs the time of the device`,
  );
}
