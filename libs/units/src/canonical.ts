import { isRefusedKey } from './json-value';

/**
 * JSON on the closed set of the ledger: objects, arrays, well-formed strings, booleans, null and whole numbers with
 * |n| <= 2^53-1. Energy, money, prices and rates are decimal text.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

declare const canonicalBrand: unique symbol;

/** RFC 8785 text of a value of the closed set: keys sorted, no blanks. Its UTF-8 bytes are the bytes that are hashed. */
export type CanonicalText = string & { readonly [canonicalBrand]: true };

/** Thrown when a value lies outside the closed set; `pointer` is the JSON pointer of the place. */
export class NotCanonical extends Error {
  readonly code = 'not-canonical';
  constructor(
    readonly pointer: string,
    readonly reason: string,
  ) {
    super(`${pointer === '' ? 'the value' : pointer}: ${reason}`);
  }
}

/** Most objects and arrays inside one another; also what stops a value that holds itself. */
export const CANONICAL_DEPTH_MAX = 64;

/**
 * Writes a value as canonical text (RFC 8785 on the closed set). Members that are undefined are left out.
 * @throws NotCanonical for a fraction, an unsafe integer, a lone surrogate, a refused key, a value nested too deep or
 * anything that is not JSON.
 */
export function canon(value: unknown): CanonicalText {
  const path: Path = [];
  const text = JSON.stringify(isInOrder(value, 0) ? value : ordered(value, path));
  if (text.includes(ESCAPED_SURROGATE)) refuseLoneSurrogates(value, path);
  return text as CanonicalText;
}

/** Marks text as canonical after proving it: it must be exactly what `canon` writes for its value. @throws NotCanonical */
export function checkedCanonical(text: string): CanonicalText {
  const again = canon(parsed(text));
  if (again !== text) throw new NotCanonical('', 'the text is not in canonical form');
  return again;
}

/** The way from the value down to the place that is looked at. */
type Path = (string | number)[];

type OrderedJson = string | number | boolean | null | OrderedJson[] | { [key: string]: OrderedJson };

const MAX_SAFE = 2 ** 53 - 1;
const KEY = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** How the engine writes a lone surrogate; well-formed text, the rule, contains it only after a backslash of its own. */
const ESCAPED_SURROGATE = '\\ud';

/**
 * Tells whether a value lies in the closed set with the keys of every object in canonical order already: then the engine
 * writes it as it is, in half the time. Whatever it is not sure of, `ordered` looks at again.
 */
function isInOrder(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return true;
  if (typeof value === 'number') return value % 1 === 0 && value <= MAX_SAFE && value >= -MAX_SAFE;
  if (typeof value !== 'object') return typeof value === 'boolean';
  if (value === null) return true;
  if (depth >= CANONICAL_DEPTH_MAX) return false;
  return Array.isArray(value) ? isArrayInOrder(value, depth + 1) : isObjectInOrder(value, depth + 1);
}

function isArrayInOrder(items: readonly unknown[], depth: number): boolean {
  for (const item of items) {
    if (!isInOrder(item, depth)) return false;
  }
  return true;
}

function isObjectInOrder(record: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const members = record as Readonly<Record<string, unknown>>;
  let before = '';
  for (const key in members) {
    if (key < before || !isAllowedKey(key)) return false;
    before = key;
    const member = members[key];
    if (member !== undefined && !isInOrder(member, depth)) return false;
  }
  return true;
}

/** The value with the keys of each object in canonical order, which is the order in which the engine writes them. */
function ordered(value: unknown, path: Path): OrderedJson {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return checkedInteger(value, path);
  if (typeof value === 'object') return orderedContainer(value, path);
  throw new NotCanonical(pointerOf(path), `a ${typeof value} is not JSON`);
}

function checkedInteger(value: number, path: Path): number {
  if (value % 1 === 0 && value <= MAX_SAFE && value >= -MAX_SAFE) return value;
  throw new NotCanonical(pointerOf(path), 'only whole numbers up to 2^53-1 may be numbers; write decimals as text');
}

function orderedContainer(value: object, path: Path): OrderedJson {
  if (path.length >= CANONICAL_DEPTH_MAX) throw new NotCanonical(pointerOf(path), 'the value is nested too deep');
  return Array.isArray(value) ? orderedArray(value, path) : orderedObject(value, path);
}

function orderedArray(items: readonly unknown[], path: Path): OrderedJson[] {
  const copy: OrderedJson[] = [];
  for (let index = 0; index < items.length; index += 1) {
    path.push(index);
    copy.push(orderedMember(items[index], path));
    path.pop();
  }
  return copy;
}

function orderedObject(record: object, path: Path): OrderedJson {
  const prototype: unknown = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonical(pointerOf(path), 'only plain objects are JSON');
  }
  const copy: Record<string, OrderedJson> = {};
  for (const key of sorted(Object.keys(record))) {
    const member = (record as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    path.push(key);
    if (!isAllowedKey(key)) throw new NotCanonical(pointerOf(path), 'the key is not allowed');
    copy[key] = orderedMember(member, path);
    path.pop();
  }
  return copy;
}

/** A member in canonical order: as it is where it has it already, as most of what lies deep inside a value does. */
function orderedMember(member: unknown, path: Path): OrderedJson {
  return isInOrder(member, path.length) ? (member as OrderedJson) : ordered(member, path);
}

/** Sorts keys by UTF-16 code units (RFC 8785, section 3.2.3). Objects have few members, often in order already. */
function sorted(keys: string[]): string[] {
  for (let index = 1; index < keys.length; index += 1) {
    if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return keys.sort();
  }
  return keys;
}

/** Keys found to be allowed. Whether a key is allowed never changes; the bound keeps foreign keys from filling memory. */
const allowedKeys = new Set<string>();
const ALLOWED_KEYS_MAX = 1_024;

function isAllowedKey(key: string): boolean {
  if (allowedKeys.has(key)) return true;
  if (!KEY.test(key) || isRefusedKey(key)) return false;
  if (allowedKeys.size < ALLOWED_KEYS_MAX) allowedKeys.add(key);
  return true;
}

function refuseLoneSurrogates(value: unknown, path: Path): void {
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new NotCanonical(pointerOf(path), 'the text holds a lone surrogate');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    path.push(key);
    refuseLoneSurrogates(member, path);
    path.pop();
  }
}

function pointerOf(path: Path): string {
  return path.map((segment) => `/${`${segment}`.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotCanonical('', 'the text is not JSON');
  }
}
