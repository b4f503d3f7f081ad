import { decodeUtf8, readJson } from '@ledger/units';
import type { TariffPlan } from '../plan';
import { planOf } from '../plan-of';
import type { OcpiVersion } from '../tariff';
import { JsonCursor, NotPlain, type LineBytes } from './json-cursor';
import { plainPlan } from './plain-plan';
import { readTariff } from './request';

/** Most tariff texts that are kept ready. */
export const TARIFF_CACHE_MAX = 2_000;
/** Longest tariff text that is kept ready, in bytes. */
export const TARIFF_CACHE_BYTES_MAX = 65_536;

/** After so many new texts in a row a stream counts as one in which each line has a tariff of its own … */
export const NEW_TARIFFS_MAX = 256;
/** … of which one text in so many is still looked for among those known, so that the first one that comes again is noticed. */
export const NEW_TARIFFS_LOOK_EVERY = 16;

/** A tariff, or a list of them, as it stands in a line: its bytes from `from` to `to`, and a number that follows from them. */
export interface TariffSpan {
  readonly lines: LineBytes;
  readonly from: number;
  readonly to: number;
  readonly hash: number;
  readonly version: OcpiVersion | undefined;
  /** Whether it is a list. */
  readonly isList: boolean;
}

interface Kept {
  readonly bytes: Uint8Array;
  readonly version: OcpiVersion | undefined;
  readonly plans: readonly TariffPlan[];
}

const kept = new Map<number, Kept>();

/**
 * Hashes that were seen, each in a place of its own. A text is kept from the second time on: in a stream in which every line has
 * a tariff of its own nothing is kept, as whatever outlives its line costs more than reading it anew.
 */
const seen = new Int32Array(2 ** 14);

/** New texts in a row. */
let newTexts = 0;

/**
 * The tariff at the cursor, read at once, in a stream in which nearly every text is new: to find the end of a text and to hash
 * it takes half as long as to read it. Undefined, and the cursor where it was, when the text shall be looked for by `plansIn`.
 */
export function newPlanAt(cursor: JsonCursor, version: OcpiVersion | undefined): TariffPlan | undefined {
  if (version === undefined || newTexts < NEW_TARIFFS_MAX || newTexts % NEW_TARIFFS_LOOK_EVERY === 0) return undefined;
  const from = cursor.at;
  const plan = plainPlanOr(cursor, version);
  newTexts = plan === undefined ? 0 : newTexts + 1;
  if (plan === undefined) cursor.at = from;
  return plan;
}

/** The tariffs of a text, made ready: the same bytes under the same version are the same tariffs. @throws NotPlain, BadLine */
export function plansIn(span: TariffSpan): readonly TariffPlan[] {
  const known = kept.get(span.hash);
  if (known !== undefined && known.version === span.version && isSame(known.bytes, span)) {
    newTexts = 0;
    return known.plans;
  }
  const place = span.hash & (seen.length - 1);
  const isNew = seen[place] !== span.hash;
  seen[place] = span.hash;
  newTexts = isNew ? newTexts + 1 : 0;
  return isNew || span.to - span.from > TARIFF_CACHE_BYTES_MAX ? readPlans(span) : keep(span);
}

/** Reads a text on a copy of its own, so that what is kept holds nothing of the stream it came in. */
function keep({ lines, from, to, version, hash, isList }: TariffSpan): readonly TariffPlan[] {
  // A slice of the same class as the stream's bytes, which the engine has compiled the reader for.
  const bytes = Uint8Array.prototype.slice.call(lines.bytes, from, to + 1);
  bytes[to - from] = LINE_FEED;
  const text = ONE_CHARACTER_A_BYTE.decode(bytes);
  const plans = readPlans({ lines: { bytes, text }, from: 0, to: to - from, version, hash, isList });
  if (kept.size >= TARIFF_CACHE_MAX) kept.clear();
  kept.set(hash, { bytes: bytes.subarray(0, to - from), version, plans });
  return plans;
}

const LINE_FEED = 0x0a;
const ONE_CHARACTER_A_BYTE = new TextDecoder('latin1');

function isSame(bytes: Uint8Array, { lines, from, to }: TariffSpan): boolean {
  if (bytes.length !== to - from) return false;
  for (let index = 0; index < bytes.length; index += 1) {
    if (bytes[index] !== lines.bytes[from + index]) return false;
  }
  return true;
}

function readPlans(span: TariffSpan): readonly TariffPlan[] {
  return plainPlans(span) ?? anyPlans(span);
}

function plainPlans({ lines, from, version, isList }: TariffSpan): readonly TariffPlan[] | undefined {
  if (version === undefined || isList) return undefined;
  const plan = plainPlanOr(new JsonCursor(lines, from), version);
  return plan === undefined ? undefined : [plan];
}

/** The tariff at the cursor, when it is plain. */
function plainPlanOr(cursor: JsonCursor, version: OcpiVersion): TariffPlan | undefined {
  try {
    return plainPlan(cursor, version);
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** What is not plain, by the strict readers. @throws BadLine, NotPlain for text that is no JSON */
function anyPlans({ lines, from, to, version }: TariffSpan): readonly TariffPlan[] {
  const text = decodeUtf8(lines.bytes.subarray(from, to));
  const reading = typeof text === 'string' ? readJson(text) : undefined;
  if (reading?.ok !== true) return new JsonCursor(lines, from).refuse();
  const values: readonly unknown[] = Array.isArray(reading.value) ? reading.value : [reading.value];
  return values.map((value) => planOf(readTariff(value, version)));
}
