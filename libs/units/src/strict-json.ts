import { numberEnd, plainEnd, stringEnd, type ScanFault } from './json-scan';
import {
  isRefusedKey,
  JSON_BYTES_MAX,
  JSON_DEPTH_CEILING,
  JSON_DEPTH_MAX,
  JSON_POINTER_LENGTH_MAX,
  JSON_TOKENS_MAX,
  JsonNumber,
  type JsonLimits,
  type JsonReading,
  type JsonRefusalCode,
  type JsonValue,
} from './json-value';
import { knownName } from './known-names';
import { decodeUtf8 } from './utf8';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;
const LONE_SURROGATE = /\p{Surrogate}/u;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/**
 * Reads one JSON text from outside, strictly: RFC 8259 within the limits of `audit.md`, section 13. Also refused are
 * duplicate member names, the names `__proto__`, `constructor` and `prototype`, lone surrogates, bytes that are not UTF-8
 * and a byte order mark. Never throws, never repairs. A refusal quotes no value of the text, only the names that lead
 * to the place.
 */
export function readJson(source: string | Uint8Array, limits: Partial<JsonLimits> = {}): JsonReading {
  const { bytes = JSON_BYTES_MAX, depth = JSON_DEPTH_MAX, tokens = JSON_TOKENS_MAX } = limits;
  if (isLarger(source, bytes)) return refusal('json-too-large', `the text is larger than ${bytes} bytes`, bytes);
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  if (typeof text !== 'string') return refusal('json-not-utf-8', 'the bytes are not UTF-8', text.invalidAt);
  if (text.charCodeAt(0) === BYTE_ORDER_MARK)
    return refusal('json-syntax', 'the text begins with a byte order mark', 0);
  if (!text.isWellFormed()) return refusal('json-lone-surrogate', SURROGATE_REASON, text.search(LONE_SURROGATE));
  return readText({
    text,
    at: 0,
    tokensLeft: tokens,
    depthMax: Math.min(depth, JSON_DEPTH_CEILING),
    pointer: '',
    refusal: { code: 'json-syntax', reason: 'the text is not JSON' },
  });
}

const SURROGATE_REASON = 'a string holds a lone surrogate';

function isLarger(source: string | Uint8Array, bytes: number): boolean {
  if (source.length > bytes) return true;
  if (typeof source !== 'string' || source.length * UTF8_BYTES_PER_UNIT_MAX <= bytes) return false;
  return Buffer.byteLength(source) > bytes;
}

function refusal(code: JsonRefusalCode, reason: string, offset: number): JsonReading {
  return { ok: false, code, reason, pointer: '', offset };
}

const REFUSED = Symbol('refused');
type Refused = typeof REFUSED;

/** Where the reader stands. Whoever answers REFUSED has left the reason in `refusal` and the place in `at`. */
interface Cursor {
  readonly text: string;
  readonly depthMax: number;
  at: number;
  tokensLeft: number;
  /** Where the refusal happened; grows from the inside out while the reader unwinds. */
  pointer: string;
  refusal: { readonly code: JsonRefusalCode; readonly reason: string };
}

function readText(cursor: Cursor): JsonReading {
  const value = readValue(cursor, 0);
  if (value !== REFUSED) {
    skipBlanks(cursor);
    if (cursor.at === cursor.text.length) return { ok: true, value };
    expected(cursor, 'the end of the text');
  }
  return { ok: false, ...cursor.refusal, pointer: shortened(cursor.pointer), offset: cursor.at };
}

function readValue(cursor: Cursor, depth: number): JsonValue | Refused {
  const code = skipBlanks(cursor);
  if (!countToken(cursor)) return REFUSED;
  switch (code) {
    case QUOTE:
      return readString(cursor);
    case OPEN_BRACE:
      return depth < cursor.depthMax ? readObject(cursor, depth + 1) : refuseDepth(cursor);
    case OPEN_BRACKET:
      return depth < cursor.depthMax ? readArray(cursor, depth + 1) : refuseDepth(cursor);
    case LOWER_T:
      return readWord(cursor, 'true', true);
    case LOWER_F:
      return readWord(cursor, 'false', false);
    case LOWER_N:
      return readWord(cursor, 'null', null);
    default:
      return readNumber(cursor);
  }
}

function readObject(cursor: Cursor, depth: number): JsonValue | Refused {
  const object = emptyObject();
  cursor.at += 1;
  if (take(cursor, CLOSE_BRACE)) return object;
  for (;;) {
    const name = readName(cursor, object);
    if (name === REFUSED) return REFUSED;
    const value = take(cursor, COLON) ? readValue(cursor, depth) : expected(cursor, 'a colon');
    if (value === REFUSED) return within(cursor, name);
    object[name] = value;
    const code = skipBlanks(cursor);
    if (code !== COMMA && code !== CLOSE_BRACE) return expected(cursor, 'a comma or }');
    cursor.at += 1;
    if (code === CLOSE_BRACE) return object;
  }
}

/**
 * An object without a prototype. Made by `Object.create(null)` it would be a hash table to the engine; this way those with
 * the same names share a layout, which makes them twice as fast to fill and to look into.
 */
function emptyObject(): Record<string, JsonValue> {
  return Object.setPrototypeOf({}, null) as Record<string, JsonValue>;
}

/** The name of the next member, or REFUSED when it may not stand here. */
function readName(cursor: Cursor, object: Readonly<Record<string, JsonValue>>): string | Refused {
  const code = skipBlanks(cursor);
  if (!countToken(cursor)) return REFUSED;
  if (code !== QUOTE) return expected(cursor, 'a member name');
  const known = knownName(cursor.text, cursor.at + 1);
  if (known === undefined || object[known] !== undefined) return readOtherName(cursor, object);
  cursor.at += known.length + 2;
  return known;
}

/** A name that is unusual, or that may not stand here. */
function readOtherName(cursor: Cursor, object: Readonly<Record<string, JsonValue>>): string | Refused {
  const start = cursor.at;
  const name = readString(cursor);
  if (name === REFUSED) return REFUSED;
  const isRefused = isRefusedKey(name);
  if (!isRefused && object[name] === undefined) return name;
  cursor.at = start;
  refuse(cursor, isRefused ? 'json-refused-key' : 'json-duplicate-key', isRefused ? NAME_REASON : DUPLICATE_REASON);
  return within(cursor, name);
}

const NAME_REASON = 'a member has a name that is not allowed';
const DUPLICATE_REASON = 'an object names a member twice';

function readArray(cursor: Cursor, depth: number): JsonValue | Refused {
  const items: JsonValue[] = [];
  cursor.at += 1;
  if (take(cursor, CLOSE_BRACKET)) return items;
  do {
    const value = readValue(cursor, depth);
    if (value === REFUSED) return within(cursor, `${items.length}`);
    items.push(value);
  } while (take(cursor, COMMA));
  return take(cursor, CLOSE_BRACKET) ? items : expected(cursor, 'a comma or ]');
}

function readString(cursor: Cursor): string | Refused {
  const { text } = cursor;
  const start = cursor.at + 1;
  const end = plainEnd(text, start);
  if (text.charCodeAt(end) !== QUOTE) return readEscaped(cursor, end);
  cursor.at = end + 1;
  return text.slice(start, end);
}

/** A string with escapes: checked here, then unfolded by the engine. */
function readEscaped(cursor: Cursor, from: number): string | Refused {
  const end = stringEnd(cursor.text, from);
  if (typeof end !== 'number') return refuseFault(cursor, end);
  const unfolded = JSON.parse(cursor.text.slice(cursor.at, end)) as string;
  if (!unfolded.isWellFormed()) return refuse(cursor, 'json-lone-surrogate', SURROGATE_REASON);
  cursor.at = end;
  return unfolded;
}

function readNumber(cursor: Cursor): JsonNumber | Refused {
  const start = cursor.at;
  const end = numberEnd(cursor.text, start);
  if (typeof end !== 'number') return refuseFault(cursor, end);
  cursor.at = end;
  return new JsonNumber(cursor.text.slice(start, end));
}

function readWord<Value extends boolean | null>(cursor: Cursor, word: string, value: Value): Value | Refused {
  if (!cursor.text.startsWith(word, cursor.at)) return expected(cursor, 'a value');
  cursor.at += word.length;
  return value;
}

/** Goes to the next character that is no blank, and tells its code; NaN at the end. */
function skipBlanks(cursor: Cursor): number {
  const { text } = cursor;
  let code = text.charCodeAt(cursor.at);
  while (code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB) {
    cursor.at += 1;
    code = text.charCodeAt(cursor.at);
  }
  return code;
}

/** Takes the character if it comes next, blanks aside. */
function take(cursor: Cursor, code: number): boolean {
  if (skipBlanks(cursor) !== code) return false;
  cursor.at += 1;
  return true;
}

function countToken(cursor: Cursor): boolean {
  cursor.tokensLeft -= 1;
  if (cursor.tokensLeft >= 0) return true;
  refuse(cursor, 'json-too-many-tokens', 'the text has more values and names than allowed');
  return false;
}

function refuseDepth(cursor: Cursor): Refused {
  return refuse(cursor, 'json-too-deep', `objects and arrays lie more than ${cursor.depthMax} deep`);
}

function refuseFault(cursor: Cursor, fault: ScanFault): Refused {
  cursor.at = fault.at;
  return refuse(cursor, 'json-syntax', fault.reason);
}

function expected(cursor: Cursor, what: string): Refused {
  return refuse(cursor, 'json-syntax', `${what} was expected`);
}

function refuse(cursor: Cursor, code: JsonRefusalCode, reason: string): Refused {
  cursor.refusal = { code, reason };
  return REFUSED;
}

/** Puts a refused place inside its member or item (RFC 6901, section 3). */
function within(cursor: Cursor, name: string): Refused {
  cursor.pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}${cursor.pointer}`;
  return REFUSED;
}

function shortened(pointer: string): string {
  return pointer.length <= JSON_POINTER_LENGTH_MAX
    ? pointer
    : `${pointer.slice(0, JSON_POINTER_LENGTH_MAX).toWellFormed()}…`;
}
