import { isDecimalText, parseInstant, type Instant } from '@ledger/units';

/** What a stream holds is no session event that this version can read. The fold stops: this is corruption or a defect. */
export class SessionEventUnreadable extends Error {
  readonly code = 'session-event-unreadable';
  constructor(
    readonly type: string,
    readonly pointer: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${type}${pointer}: ${reason}`, options);
  }
}

/** An object of a stored event, and where it stands. */
export interface Place {
  readonly type: string;
  readonly pointer: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The data of an event, as an object. @throws SessionEventUnreadable */
export function placeOfEvent(type: string, dataJson: string): Place {
  return { type, pointer: '', fields: objectOf(type, '', parsed(type, dataJson)) };
}

function parsed(type: string, dataJson: string): unknown {
  try {
    return JSON.parse(dataJson);
  } catch (cause) {
    throw new SessionEventUnreadable(type, '', 'the data is not JSON', { cause });
  }
}

/** A value that must be an object. @throws SessionEventUnreadable */
function objectOf(type: string, pointer: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new SessionEventUnreadable(type, pointer, 'an object is expected');
  return value;
}

/** The object of a field. @throws SessionEventUnreadable */
export function inside(place: Place, name: string): Place {
  const pointer = `${place.pointer}/${name}`;
  return { type: place.type, pointer, fields: objectOf(place.type, pointer, place.fields[name]) };
}

/** @throws SessionEventUnreadable always */
export function wrong(place: Place, name: string, expected: string): never {
  throw new SessionEventUnreadable(place.type, `${place.pointer}/${name}`, `${expected} is expected`);
}

/** Text that must be there. @throws SessionEventUnreadable */
export function text(place: Place, name: string): string {
  const value = place.fields[name];
  return typeof value === 'string' ? value : wrong(place, name, 'text');
}

/** Text that may be absent, as a member. @throws SessionEventUnreadable */
export function optionalText<Name extends string>(place: Place, name: Name): Partial<Record<Name, string>> {
  const found: Partial<Record<string, string>> = place.fields[name] === undefined ? {} : { [name]: text(place, name) };
  return found;
}

/** A UTC instant that must be there. @throws SessionEventUnreadable */
export function instant(place: Place, name: string): Instant {
  return parseInstant(text(place, name)) ?? wrong(place, name, 'a UTC instant');
}

/** True or false that must be there. @throws SessionEventUnreadable */
export function flag(place: Place, name: string): boolean {
  const value = place.fields[name];
  return typeof value === 'boolean' ? value : wrong(place, name, 'true or false');
}

/** An array of objects. @throws SessionEventUnreadable */
export function list(place: Place, name: string): readonly Place[] {
  const value = place.fields[name];
  if (!Array.isArray(value)) return wrong(place, name, 'an array');
  return value.map((item: unknown, index) => {
    const pointer = `${place.pointer}/${name}/${index}`;
    return { type: place.type, pointer, fields: objectOf(place.type, pointer, item) };
  });
}

/** An array of texts. @throws SessionEventUnreadable */
export function texts(place: Place, name: string): readonly string[] {
  const value = place.fields[name];
  if (!Array.isArray(value)) return wrong(place, name, 'an array');
  return value.map((item: unknown) => (typeof item === 'string' ? item : wrong(place, name, 'text')));
}

/** Text that must be there and pass a check. */
function checked(place: Place, name: string, isRight: (value: string) => boolean, expected: string): string {
  const value = place.fields[name];
  return typeof value === 'string' && isRight(value) ? value : wrong(place, name, expected);
}

/** @throws SessionEventUnreadable unless the field is decimal text, or absent where it may be. */
export function checkDecimals(place: Place, required: readonly string[], optional: readonly string[] = []): void {
  for (const name of present(place, required, optional)) checked(place, name, isDecimalText, 'decimal text');
}

/** @throws SessionEventUnreadable unless the field is a UTC instant, or absent where it may be. */
export function checkInstants(place: Place, required: readonly string[], optional: readonly string[] = []): void {
  for (const name of present(place, required, optional)) checked(place, name, isInstant, 'a UTC instant');
}

/** @throws SessionEventUnreadable unless the field is text, or absent where it may be. */
export function checkTexts(place: Place, required: readonly string[], optional: readonly string[] = []): void {
  for (const name of present(place, required, optional)) text(place, name);
}

/** @throws SessionEventUnreadable unless the field is one of the words */
export function checkWord(place: Place, name: string, words: readonly string[]): void {
  checked(place, name, (value) => words.includes(value), `one of ${words.join(', ')}`);
}

/** @throws SessionEventUnreadable unless the field is exactly this whole number */
export function checkVersion(place: Place, name: string, version: number): void {
  if (place.fields[name] !== version) wrong(place, name, `version ${version}`);
}

/** @throws SessionEventUnreadable unless the field is a count */
export function checkCount(place: Place, name: string): void {
  const value = place.fields[name];
  if (typeof value !== 'number' || value % 1 !== 0 || value < 0) wrong(place, name, 'a count');
}

function present(place: Place, required: readonly string[], optional: readonly string[]): readonly string[] {
  return [...required, ...optional.filter((name) => place.fields[name] !== undefined)];
}

function isInstant(value: string): boolean {
  return parseInstant(value) === value;
}
