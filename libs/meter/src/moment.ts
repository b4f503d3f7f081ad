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
  const at = how.form === undefined || how.form.test(text) ? parseInstant(text) : undefined;
  if (at === undefined) throw new Refused('at-invalid', pointerTo(place, name), `${name} is no RFC 3339 date and time`);
  if (at > how.moments.receivedAt) refuseFuture(at, how.moments.receivedAt, pointerTo(place, name));
  return at;
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
