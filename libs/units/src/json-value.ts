/** A number as its source wrote it. Nothing is read through a binary float: take `text` to `parseDecimal` or `+text`. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** An object from outside. It has no prototype, so `object[name]` finds members and nothing else. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** What `readJson` gives. */
export type JsonValue = string | boolean | null | JsonNumber | readonly JsonValue[] | JsonObject;

/** How much one JSON text may hold; what is left out has its default. */
export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
  readonly tokens: number;
}

/** Most bytes of one JSON text from outside. */
export const JSON_BYTES_MAX = 256 * 1024;
/** Most objects and arrays inside one another. */
export const JSON_DEPTH_MAX = 16;
/** Most values and member names in one JSON text. */
export const JSON_TOKENS_MAX = 20_000;
/** The depth above which no caller can raise the limit: what the reader's recursion carries with room. */
export const JSON_DEPTH_CEILING = 1_000;
/** Longest pointer in a refusal; a longer one is cut and ends in an ellipsis. */
export const JSON_POINTER_LENGTH_MAX = 256;

/** Why a text was refused. Public, never renamed. */
export type JsonRefusalCode =
  | 'json-too-large'
  | 'json-too-deep'
  | 'json-too-many-tokens'
  | 'json-not-utf-8'
  | 'json-lone-surrogate'
  | 'json-duplicate-key'
  | 'json-refused-key'
  | 'json-syntax';

/**
 * Where and why a text was refused. `pointer` is the JSON pointer (RFC 6901) of the member or item. `offset` counts UTF-16
 * code units of the text, or bytes where the bytes are not UTF-8.
 */
export interface JsonRefusal {
  readonly ok: false;
  readonly code: JsonRefusalCode;
  readonly reason: string;
  readonly pointer: string;
  readonly offset: number;
}

/** The value of a JSON text, or why it was refused. */
export type JsonReading = { readonly ok: true; readonly value: JsonValue } | JsonRefusal;

/** Tells an object from the other JSON values. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !(value instanceof JsonNumber) && !isJsonArray(value);
}

/** Tells an array from the other JSON values. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Names that reach into prototypes; neither read from outside nor written. */
export function isRefusedKey(name: string): boolean {
  return name.length >= 9 && name.length <= 11 && REFUSED_KEYS.has(name);
}
