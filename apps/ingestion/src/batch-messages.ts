import type { Message } from '@ledger/usecases';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BLANKS: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** How a batch is cut. */
export interface BatchLimits {
  /** Members that are handed over; more are only counted. */
  readonly members: number;
  /** Longest member in bytes; of a longer one the beginning is kept and its full size told. */
  readonly memberBytes: number;
}

/** The members of a batch, each as it came, or why the bytes are no JSON array and where. */
export type BatchReading =
  | { readonly ok: true; readonly messages: readonly Message[]; readonly total: number }
  | { readonly ok: false; readonly code: 'not-an-array' | 'json-syntax'; readonly reason: string; readonly at: number };

/**
 * Cuts the bytes of a JSON array into its members without reading them, so that whatever is wrong inside of one, its
 * neighbours are unharmed. In UTF-8 no byte of a longer character looks like a bracket, a comma or a quote.
 */
export function batchMessages(bytes: Uint8Array, limits: BatchLimits): BatchReading {
  const begin = afterBlanks(bytes, 0);
  if (begin === bytes.length) return broken('the body is empty; JSON is expected', begin);
  if (bytes[begin] !== OPEN_BRACKET) {
    return { ok: false, code: 'not-an-array', reason: 'a batch is a JSON array of CloudEvents', at: begin };
  }
  const first = afterBlanks(bytes, begin + 1);
  if (bytes[first] === CLOSE_BRACKET) return ended(bytes, first, { messages: [], total: 0 });
  return members(bytes, begin + 1, limits);
}

function members(bytes: Uint8Array, begin: number, limits: BatchLimits): BatchReading {
  const messages: Message[] = [];
  let total = 0;
  for (let from = begin, end = from; ; from = end + 1) {
    end = memberEnd(bytes, from);
    const isLast = bytes[end] === CLOSE_BRACKET;
    if (!isLast && bytes[end] !== COMMA) return neverEnding(bytes, end);
    if (afterBlanks(bytes, from) === end) return broken('a member is missing', end);
    total += 1;
    if (total <= limits.members) messages.push(messageOf(bytes.subarray(from, end), limits.memberBytes));
    if (isLast) return ended(bytes, end, { messages, total });
  }
}

function neverEnding(bytes: Uint8Array, at: number): BatchReading {
  return broken(at === bytes.length ? 'the array does not end' : 'a brace is closed that was never opened', at);
}

function ended(bytes: Uint8Array, end: number, found: { messages: readonly Message[]; total: number }): BatchReading {
  const rest = afterBlanks(bytes, end + 1);
  return rest === bytes.length ? { ok: true, ...found } : broken('something follows the array', rest);
}

function broken(reason: string, at: number): BatchReading {
  return { ok: false, code: 'json-syntax', reason, at };
}

function messageOf(text: Uint8Array, bytesMax: number): Message {
  return text.length <= bytesMax ? { text } : { text: text.subarray(0, bytesMax), fullBytes: text.length };
}

function afterBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (BLANKS.has(bytes[at])) at += 1;
  return at;
}

/** The place of the comma or bracket that ends a member, of a brace too many, or the end of the bytes. */
function memberEnd(bytes: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at + 1);
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth += 1;
    else if (depth === 0 && endsMember(byte)) return at;
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth -= 1;
    at += 1;
  }
  return bytes.length;
}

function endsMember(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE;
}

/** The place of the quote that ends a string, or the end of the bytes. */
function stringEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, bytes.length);
}
