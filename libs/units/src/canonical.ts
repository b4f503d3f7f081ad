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

const KEY = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const REFUSED_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Writes a value as canonical text (RFC 8785 on the closed set). Members that are undefined are left out.
 * @throws NotCanonical for a fraction, an unsafe integer, a lone surrogate, a refused key or anything that is not JSON.
 */
export function canon(value: unknown): CanonicalText {
  return write(value, '') as CanonicalText;
}

/** Marks text as canonical after proving it: it must be exactly what `canon` writes for its value. @throws NotCanonical */
export function checkedCanonical(text: string): CanonicalText {
  const again = canon(JSON.parse(text));
  if (again !== text) throw new NotCanonical('', 'the text is not in canonical form');
  return again;
}

function write(value: unknown, pointer: string): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, pointer);
    case 'number':
      return writeInteger(value, pointer);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, pointer) : writeObject(value, pointer);
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      throw new NotCanonical(pointer, `a ${typeof value} is not JSON`);
  }
}

function writeString(text: string, pointer: string): string {
  if (!text.isWellFormed()) throw new NotCanonical(pointer, 'the text holds a lone surrogate');
  return JSON.stringify(text);
}

function writeInteger(value: number, pointer: string): string {
  if (value % 1 !== 0 || value > MAX_SAFE || value < -MAX_SAFE) {
    throw new NotCanonical(pointer, 'only whole numbers up to 2^53-1 may be numbers; write decimals as text');
  }
  return value === 0 ? '0' : `${value}`;
}

const MAX_SAFE = 2 ** 53 - 1;

function writeArray(items: readonly unknown[], pointer: string): string {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    text += `${index === 0 ? '' : ','}${write(items[index], `${pointer}/${index}`)}`;
  }
  return `${text}]`;
}

function writeObject(record: object, pointer: string): string {
  const prototype: unknown = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null)
    throw new NotCanonical(pointer, 'only plain objects are JSON');
  let text = '{';
  for (const key of Object.keys(record).sort()) {
    const member = (record as Record<string, unknown>)[key];
    if (member === undefined) continue;
    if (!KEY.test(key) || REFUSED_KEYS.has(key)) throw new NotCanonical(`${pointer}/${key}`, 'the key is not allowed');
    text += `${text.length === 1 ? '' : ','}"${key}":${write(member, `${pointer}/${key}`)}`;
  }
  return `${text}}`;
}
