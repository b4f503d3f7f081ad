import { isJsonArray, isJsonObject, JsonNumber, parseDecimal } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';
import { Refused } from './refusal';

/** An object of the message and the way to it. The pointer is only put together for a refusal. */
export interface Place {
  readonly object: JsonObject;
  readonly within: Place | undefined;
  /** The name of the member that holds the object; empty at the top. */
  readonly name: string;
  /** The place in the list that the member holds, where it holds one. */
  readonly index: number | undefined;
}

/** The message itself. */
export function topOf(object: JsonObject): Place {
  return { object, within: undefined, name: '', index: undefined };
}

/** The text of a field, or undefined where it is absent. @throws Refused when it is empty, too long, or no plain text */
export function optionalText(place: Place, name: string, lengthMax: number): string | undefined {
  const value = place.object[name];
  if (value === undefined || value === null) return undefined;
  const text = checkedRecord({ place, name, value }, lengthMax);
  if (!holdsControl(text)) return text;
  throw new Refused('field-invalid', pointerTo(place, name), `${name} holds a control character`);
}

/** The text of a field that has to be there. @throws Refused */
export function requiredText(place: Place, name: string, lengthMax: number): string {
  return optionalText(place, name, lengthMax) ?? missing(place, name);
}

/** Text that may hold anything, such as a signed record. @throws Refused when it is empty or too long */
export function requiredRecord(place: Place, name: string, lengthMax: number): string {
  const value = place.object[name];
  if (value === undefined || value === null) return missing(place, name);
  return checkedRecord({ place, name, value }, lengthMax);
}

function holdsControl(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function checkedRecord(field: { place: Place; name: string; value: JsonValue }, lengthMax: number): string {
  const { place, name, value } = field;
  if (typeof value !== 'string') return wrongType(place, name, 'text');
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

const NOTHING: readonly never[] = [];

/** Reads each object of an array; nothing where the field is absent. @throws Refused */
export function optionalItems<Item>(
  place: Place,
  name: string,
  countMax: number,
  readItem: (item: Place, index: number) => Item,
): readonly Item[] {
  const value = place.object[name];
  if (value === undefined || value === null) return NOTHING;
  if (!isJsonArray(value)) return wrongType(place, name, 'an array');
  if (value.length > countMax) {
    throw new Refused('field-too-many', pointerTo(place, name), `${name} has more than ${countMax} items`);
  }
  const items: Item[] = [];
  for (const item of value) {
    const index = items.length;
    if (!isJsonObject(item)) {
      throw new Refused('field-type', `${pointerTo(place, name)}/${index}`, 'an object is expected here');
    }
    items.push(readItem({ object: item, within: place, name, index }, index));
  }
  return items;
}

/** The object of a field, or undefined where it is absent. @throws Refused */
export function optionalObject(place: Place, name: string): Place | undefined {
  const value = place.object[name];
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value)) return { object: value, within: place, name, index: undefined };
  return wrongType(place, name, 'an object');
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
  let pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  let at = place;
  while (at.within !== undefined) {
    pointer = at.index === undefined ? `/${at.name}${pointer}` : `/${at.name}/${at.index}${pointer}`;
    at = at.within;
  }
  return pointer;
}
