import { DAY_MS, readJson } from '@ledger/units';
import type { Zone } from '@ledger/units';
import { cutIntervals } from '../cut';
import { SESSION_DAYS_MAX } from '../moments';
import { MS_PER_HOUR, planOf } from '../plan';
import type { Extent, PeriodList, PricePeriod } from '../periods';
import { price, type Priced } from '../price';
import { pow10, type Ratio } from '../ratio';
import type { OcpiVersion, Tariff } from '../tariff';
import { ChosenTariffs } from './chosen-tariffs';
import { JsonCursor, POWERS } from './json-cursor';
import { PLACES, PlainSession } from './plain-session';
import { readTariff, zoneNamed } from './request';
import { intervalsOfReadings } from './stated-readings';

/** Most tariff texts that are kept parsed. */
export const TARIFF_CACHE_MAX = 2_000;
/** Longest tariff text that is kept parsed, in UTF-16 code units. */
export const TARIFF_CACHE_TEXT_MAX = 65_536;

/** Energy in plain lines counts in billionths of a kWh. */
const ENERGY_DECIMALS = 9;
const ENERGY_PER_KWH = pow10(ENERGY_DECIMALS);
const SAFE = 2 ** 53;

/** A plain line, priced; `id` is JSON text. */
export interface PlainAnswer {
  readonly id: string;
  readonly priced: Priced;
}

/**
 * Reads and prices a line of the plain form in one pass, without building objects for what it does not need. Whatever is not
 * plain, not usual or not right throws `NotPlain` or `BadLine`; the strict reader then decides. Where both answer, they
 * answer alike: a property test says so.
 */
export function pricePlainLine(line: string): PlainAnswer {
  const cursor = new JsonCursor(line);
  const request = new PlainRequest(cursor);
  const { session, zone } = request.read();
  const chosen = new ChosenTariffs(request.tariffs(), { isList: request.isList, startMs: session.startMs });
  const list = session.hasPeriods ? periodsOf(session, chosen, cursor) : cutReadings(session, chosen, { cursor, zone });
  const priced = price(list, {
    tariffs: chosen.inOrderOfUse(list),
    zone,
    isExpiredReservation: session.isExpiredReservation,
    isCredit: session.isCredit,
  });
  return { id: request.id, priced };
}

class PlainRequest {
  id = 'null';
  isList = false;
  private version: OcpiVersion | undefined;
  private tariffText: string | undefined;
  private zone: string | undefined;
  private session: PlainSession | undefined;
  private readonly seen = new Set<string>();

  constructor(private readonly cursor: JsonCursor) {}

  read(): { readonly session: PlainSession; readonly zone: Zone } {
    const { cursor } = this;
    cursor.take(0x7b);
    do this.member(cursor.name());
    while (cursor.another(0x7d));
    if (!cursor.isAtEnd() || this.session === undefined || this.zone === undefined) return cursor.refuse();
    return { session: this.session, zone: zoneNamed(this.zone) };
  }

  tariffs(): readonly Tariff[] {
    return cachedTariffs(this.tariffText ?? this.cursor.refuse(), this.version, this.cursor);
  }

  private member(name: string): void {
    if (this.seen.has(name)) this.cursor.refuse();
    this.seen.add(name);
    switch (name) {
      case 'id':
        this.id = `"${this.cursor.string()}"`;
        return;
      case 'ocpi_version':
        this.version = versionOf(this.cursor);
        return;
      case 'timezone':
        this.zone = this.cursor.string();
        return;
      case 'session':
        this.session = new PlainSession();
        this.session.read(this.cursor);
        return;
      default:
        this.tariffMember(name);
    }
  }

  private tariffMember(name: string): void {
    if (this.tariffText !== undefined || (name !== 'tariff' && name !== 'tariffs')) this.cursor.refuse();
    this.isList = name === 'tariffs';
    this.tariffText = this.cursor.span();
  }
}

function versionOf(cursor: JsonCursor): OcpiVersion {
  const version = cursor.string();
  return version === '2.2.1' || version === '2.3.0' ? version : cursor.refuse();
}

const parsed = new Map<string, readonly Tariff[]>();

/** The tariffs of a text, parsed once: the same text under the same version is the same tariff. */
function cachedTariffs(text: string, version: OcpiVersion | undefined, cursor: JsonCursor): readonly Tariff[] {
  const key = `${version ?? ''}${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const reading = readJson(text);
  if (!reading.ok) return cursor.refuse();
  const values: readonly unknown[] = Array.isArray(reading.value) ? reading.value : [reading.value];
  const tariffs = values.map((value) => readTariff(value, version));
  if (parsed.size >= TARIFF_CACHE_MAX) parsed.clear();
  if (text.length <= TARIFF_CACHE_TEXT_MAX) parsed.set(key, tariffs);
  return tariffs;
}

function cutReadings(
  session: PlainSession,
  chosen: ChosenTariffs,
  { cursor, zone }: { readonly cursor: JsonCursor; readonly zone: Zone },
): PeriodList {
  if (session.endMs - session.startMs > SESSION_DAYS_MAX * DAY_MS) cursor.refuse();
  const readings = session.atMs.map((atMs, index) => ({
    atMs,
    energy: energyUnits(session, index * PLACES, cursor),
    isCharging: session.charging[index] ?? false,
  }));
  return cutIntervals(intervalsOfReadings(session, readings, ENERGY_PER_KWH), planOf(chosen.default()), zone);
}

function periodsOf(session: PlainSession, chosen: ChosenTariffs, cursor: JsonCursor): PeriodList {
  const { startMs, endMs, atMs } = session;
  const order = inOrder(atMs);
  const periods: PricePeriod[] = [];
  for (let at = 0; at < atMs.length; at += 1) {
    const index = order?.[at] ?? at;
    const next = at + 1 < atMs.length ? (order?.[at + 1] ?? at + 1) : -1;
    periods.push(periodOf(session, { index, endMs: atMs[next] ?? endMs }, { chosen, cursor }));
  }
  return { startMs, endMs, energyPerKwh: ENERGY_PER_KWH, timePerHour: MS_PER_HOUR, periods };
}

function periodOf(
  session: PlainSession,
  { index, endMs }: { readonly index: number; readonly endMs: number },
  { chosen, cursor }: { readonly chosen: ChosenTariffs; readonly cursor: JsonCursor },
): PricePeriod {
  const startMs = session.atMs[index] ?? 0;
  if (endMs < startMs) cursor.refuse();
  const base = index * PLACES;
  const stretch = { lasts: endMs - startMs, cursor };
  const tariff = chosen.indexFor(session.tariffIds[index]);
  const usesPower = planOf(chosen.at(tariff)).usesPower;
  return {
    startMs,
    endMs,
    energy: session.decimals[base] === -1 ? undefined : energyUnits(session, base, cursor),
    time: timeUnits(session, base + 1, stretch),
    parking: timeUnits(session, base + 2, stretch),
    reservation: timeUnits(session, base + 3, stretch),
    power: usesPower ? extent(session, base + 4) : undefined,
    current: usesPower ? extent(session, base + 6) : undefined,
    tariff,
  };
}

/** The order of time as indexes; undefined when the entries stand in it already. */
function inOrder(atMs: readonly number[]): readonly number[] | undefined {
  let isSorted = true;
  for (let index = 1; index < atMs.length && isSorted; index += 1) {
    isSorted = (atMs[index - 1] ?? 0) <= (atMs[index] ?? 0);
  }
  return isSorted ? undefined : [...atMs.keys()].sort((a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0) || a - b);
}

function energyUnits({ mantissas, decimals }: PlainSession, place: number, cursor: JsonCursor): bigint {
  const missing = ENERGY_DECIMALS - (decimals[place] ?? 0);
  if (missing < 0) cursor.refuse();
  const mantissa = mantissas[place] ?? 0;
  const scaled = mantissa * (POWERS[missing] ?? SAFE);
  return scaled < SAFE ? BigInt(scaled) : BigInt(mantissa) * pow10(missing);
}

/** Hours have as many decimals as whole milliseconds at this many. */
const HOUR_DECIMALS = 5;
/** 36 milliseconds are 0.00001 h. */
const MS_PER_UNIT = 36;
const TOLERANCE_MS = 180;

/** The time of a period, when what is stated means its timestamps; another time is not plain. */
function timeUnits(
  { mantissas, decimals }: PlainSession,
  place: number,
  { lasts, cursor }: { readonly lasts: number; readonly cursor: JsonCursor },
): bigint | undefined {
  const digits = decimals[place] ?? -1;
  if (digits === -1) return undefined;
  const mantissa = mantissas[place] ?? 0;
  if (mantissa === 0) return 0n;
  if (!isWithinTolerance(mantissa, digits, lasts)) cursor.refuse();
  return BigInt(lasts);
}

/** Whether hours mean a length in milliseconds; never when the numbers get too long to be sure. */
function isWithinTolerance(mantissa: number, digits: number, lasts: number): boolean {
  const fine = digits > HOUR_DECIMALS ? (POWERS[digits - HOUR_DECIMALS] ?? SAFE) : 1;
  const coarse = digits < HOUR_DECIMALS ? (POWERS[HOUR_DECIMALS - digits] ?? SAFE) : 1;
  const stated = mantissa * MS_PER_UNIT * coarse;
  const actual = lasts * fine;
  return stated < SAFE && actual < SAFE && Math.abs(stated - actual) <= TOLERANCE_MS * fine;
}

function extent(session: PlainSession, place: number): Extent | undefined {
  const [min, max] = [quantity(session, place), quantity(session, place + 1)];
  return min === undefined && max === undefined ? undefined : { min, max };
}

function quantity({ mantissas, decimals }: PlainSession, place: number): Ratio | undefined {
  const digits = decimals[place] ?? -1;
  return digits === -1 ? undefined : { num: BigInt(mantissas[place] ?? 0), den: pow10(digits) };
}
