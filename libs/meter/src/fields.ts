import { isJsonArray, isJsonObject, JsonNumber, parseDecimal } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';
import { Refused } from './refusal';

/** An object of the message and its JSON pointer. */
export interface Place {
  readonly object: JsonObject;
  readonly pointer: string;
}

const CONTROL = /[\u0000-\u001f\u007f]/;

/** The text of a field, or undefined where it is absent. @throws Refused when it is empty, too long, or no plain text */
export function optionalText(place: Place, name: string, lengthMax: number): string | undefined {
  const value = place.object[name];
  return value === undefined || value === null ? undefined : checkedText(place, name, lengthMax);
}

/** The text of a field that has to be there. @throws Refused */
export function requiredText(place: Place, name: string, lengthMax: number): string {
  return optionalText(place, name, lengthMax) ?? missing(place, name);
}

/** Text that may hold anything, such as a signed record. @throws Refused when it is empty or too long */
export function requiredRecord(place: Place, name: string, lengthMax: number): string {
  const value = place.object[name];
  if (value === undefined || value === null) return missing(place, name);
  if (typeof value !== 'string') return wrongType(place, name, 'text');
  return checkedLength({ place, name, value }, lengthMax);
}

function checkedText(place: Place, name: string, lengthMax: number): string {
  const value = requiredRecord(place, name, lengthMax);
  if (CONTROL.test(value)) {
    throw new Refused('field-invalid', pointerTo(place, name), `${name} holds a control character`);
  }
  return value;
}

function checkedLength(field: { place: Place; name: string; value: string }, lengthMax: number): string {
  const { place, name, value } = field;
  if (value === '') throw new Refused('field-missing', pointerTo(place, name), `${name} is empty`);
  if (value.length > lengthMax && (value.length > 2 * lengthMax || codePoints(value) > lengthMax)) {
    throw new Refused('field-too-long', pointerTo(place, name), `${name} has more than ${lengthMax} characters`);
  }
  return value;
}

function codePoints(text: string): number {
  return Array.from(text).length;
}

/** True or false, or undefined where the field is absent. @throws Refused */
export function optionalFlag(place: Place, name: string): boolean | undefined {
  const value = place.object[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'boolean' ? value : wrongType(place, name, 'true or false');
}

/** A whole number within bounds, or undefined where the field is absent. @throws Refused */
export function optionalWhole(
  place: Place,
  name: string,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  const value = place.object[name];
  if (value === undefined || value === null) return undefined;
  if (!(value instanceof JsonNumber)) return wrongType(place, name, 'a whole number');
  const whole = wholeOf(value.text);
  if (whole === undefined) return wrongType(place, name, 'a whole number');
  if (whole < bounds.min || whole > bounds.max) {
    const reason = `${name} is not within ${bounds.min} and ${bounds.max}`;
    throw new Refused('number-out-of-range', pointerTo(place, name), reason);
  }
  return whole;
}

const SHORT_WHOLE = /^-?[0-9]{1,15}$/;

function wholeOf(text: string): number | undefined {
  if (SHORT_WHOLE.test(text)) return +text;
  const plain = parseDecimal(text)?.replace(/\.0*$/, '');
  return plain !== undefined && SHORT_WHOLE.test(plain) ? +plain : undefined;
}

/** The objects of an array; none where the field is absent. @throws Refused */
export function optionalObjects(place: Place, name: string, countMax: number): readonly Place[] {
  const value = place.object[name];
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) return wrongType(place, name, 'an array');
  if (value.length > countMax) {
    throw new Refused('field-too-many', pointerTo(place, name), `${name} has more than ${countMax} items`);
  }
  return value.map((item, index) => objectAt(item, `${pointerTo(place, name)}/${index}`));
}

/** The object of a field, or undefined where it is absent. @throws Refused */
export function optionalObject(place: Place, name: string): Place | undefined {
  const value = place.object[name];
  return value === undefined || value === null ? undefined : objectAt(value, pointerTo(place, name));
}

/** Takes a value as an object. @throws Refused */
export function objectAt(value: JsonValue, pointer: string): Place {
  if (isJsonObject(value)) return { object: value, pointer };
  throw new Refused('field-type', pointer, 'an object is expected here');
}

/** Refuses members that the contract does not name, and null, which says nothing that leaving out would not. @throws Refused */
export function onlyFields(place: Place, allowed: ReadonlySet<string>): void {
  const { object } = place;
  for (const name in object) {
    if (!allowed.has(name)) {
      throw new Refused('field-unknown', pointerTo(place, name), 'the contract has no such field');
    }
    if (object[name] === null) wrongType(place, name, 'a value; leave the field out instead of null');
  }
}

/** A word of a closed list, or undefined where the field is absent. @throws Refused */
export function optionalWord<Word extends string>(
  place: Place,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = place.object[name];
  if (value === undefined || value === null) return undefined;
  for (const word of words) {
    if (word === value) return word;
  }
  throw new Refused('field-invalid', pointerTo(place, name), `${name} is none of ${words.join(', ')}`);
}

/** @throws Refused always */
export function missing(place: Place, name: string): never {
  throw new Refused('field-missing', pointerTo(place, name), `${name} is missing`);
}

/** @throws Refused always */
export function wrongType(place: Place, name: string, expected: string): never {
  throw new Refused('field-type', pointerTo(place, name), `${name} has to be ${expected}`);
}

/** JSON pointer of a member (RFC 6901). */
export function pointerTo(place: Place, name: string): string {
  return `${place.pointer}/${name.includes('~') || name.includes('/') ? escaped(name) : name}`;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
