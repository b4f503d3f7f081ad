import { DAY_MS } from '@ledger/units';
import type { Zone } from '@ledger/units';
import { cutIntervals } from '../cut';
import { SESSION_DAYS_MAX } from '../moments';
import { MS_PER_HOUR, type TariffPlan } from '../plan';
import type { Extent, PeriodList, PricePeriod } from '../periods';
import { priceByPlans, type Priced } from '../price';
import { pow10, type Ratio } from '../ratio';
import { OCPI_VERSIONS, type OcpiVersion } from '../tariff';
import { ChosenTariffs } from './chosen-tariffs';
import { JsonCursor, POWERS, wordsOf, type LineBytes } from './json-cursor';
import { PLACES, PlainSession } from './plain-session';
import { zoneNamed } from './request';
import { intervalsOfReadings } from './stated-readings';
import { newPlanAt, plansIn } from './tariff-cache';

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
 * Reads and prices the line of the plain form that begins at `from`, in one pass, without building objects for what it does not
 * need. Whatever is not plain, not usual or not right throws `NotPlain` or `BadLine`; the strict reader then decides. Where both
 * answer, they answer alike: a property test says so.
 */
export function pricePlainLine(lines: LineBytes, from: number): PlainAnswer {
  const cursor = new JsonCursor(lines, from);
  const request = new PlainRequest(lines, cursor);
  const { session, zone, plans } = request.read();
  const chosen = new ChosenTariffs(plans, { isList: request.isList, startMs: session.startMs });
  const list = session.hasPeriods ? periodsOf(session, chosen, cursor) : cutReadings(session, chosen, { cursor, zone });
  const priced = priceByPlans(list, {
    plans: chosen.inOrderOfUse(),
    zone,
    isExpiredReservation: session.isExpiredReservation,
    isCredit: session.isCredit,
  });
  return { id: request.id, priced };
}

const LINE_NAMES = wordsOf('id', 'ocpi_version', 'tariff', 'tariffs', 'timezone', 'session');
const VERSIONS = wordsOf(...OCPI_VERSIONS);

/** The columns that every session is read into, as lines are priced one after the other: nothing of them outlives a line. */
const columns = new PlainSession();

class PlainRequest {
  id = 'null';
  isList = false;
  private version: OcpiVersion | undefined;
  private plan: TariffPlan | undefined;
  private tariff: { readonly from: number; readonly to: number; readonly hash: number } | undefined;
  private zone: string | undefined;
  private session: PlainSession | undefined;

  constructor(
    private readonly lines: LineBytes,
    private readonly cursor: JsonCursor,
  ) {}

  read(): { readonly session: PlainSession; readonly zone: Zone; readonly plans: readonly TariffPlan[] } {
    const { cursor } = this;
    let seen = 0;
    for (let name = cursor.member(LINE_NAMES, seen); name >= 0; name = cursor.member(LINE_NAMES, seen)) {
      seen |= 1 << name;
      this.member(name);
    }
    const { session, zone } = this;
    if (!cursor.isAtEnd() || session === undefined || zone === undefined) return cursor.refuse();
    return { session, zone: zoneNamed(zone), plans: this.plans() };
  }

  private plans(): readonly TariffPlan[] {
    const { lines, cursor, plan, tariff, version, isList } = this;
    if (plan !== undefined) return [plan];
    return tariff === undefined ? cursor.refuse() : plansIn({ lines, ...tariff, version, isList });
  }

  private member(name: number): void {
    const { cursor } = this;
    switch (name) {
      case 0:
        this.id = `"${cursor.string()}"`;
        return;
      case 1:
        this.version = OCPI_VERSIONS[cursor.word(VERSIONS)];
        return;
      case 4:
        this.zone = cursor.string();
        return;
      case 5:
        this.session = columns;
        this.session.read(cursor);
        return;
      default:
        this.tariffMember(name);
    }
  }

  private tariffMember(name: number): void {
    const { cursor } = this;
    if (cursor.literal('null')) return;
    if ((this.tariff ?? this.plan) !== undefined) cursor.refuse();
    this.isList = name === 3;
    if (!this.isList) this.plan = newPlanAt(cursor, this.version);
    if (this.plan !== undefined) return;
    cursor.span();
    this.tariff = { from: cursor.from, to: cursor.at, hash: cursor.hash };
  }
}

function cutReadings(
  session: PlainSession,
  chosen: ChosenTariffs,
  { cursor, zone }: { readonly cursor: JsonCursor; readonly zone: Zone },
): PeriodList {
  if (session.endMs - session.startMs > SESSION_DAYS_MAX * DAY_MS) cursor.refuse();
  const readings = session.atMs.slice(0, session.count).map((atMs, index) => ({
    atMs,
    energy: energyUnits(session, index * PLACES, cursor),
    isCharging: session.charging[index] ?? false,
  }));
  return cutIntervals(intervalsOfReadings(session, readings, ENERGY_PER_KWH), chosen.default(), zone);
}

function periodsOf(session: PlainSession, chosen: ChosenTariffs, cursor: JsonCursor): PeriodList {
  const { startMs, endMs, atMs, count } = session;
  const order = inOrder(atMs, count);
  const periods: PricePeriod[] = [];
  for (let at = 0; at < count; at += 1) {
    const index = order?.[at] ?? at;
    const next = order?.[at + 1] ?? at + 1;
    const until = at + 1 < count ? (atMs[next] ?? endMs) : endMs;
    periods.push(periodOf(session, { index, endMs: until }, { chosen, cursor }));
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
  const { usesPower } = chosen.at(tariff);
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
function inOrder(atMs: readonly number[], count: number): readonly number[] | undefined {
  let isSorted = true;
  for (let index = 1; index < count && isSorted; index += 1) {
    isSorted = (atMs[index - 1] ?? 0) <= (atMs[index] ?? 0);
  }
  if (isSorted) return undefined;
  const indexes = Array.from({ length: count }, (_, index) => index);
  return indexes.sort((a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0) || a - b);
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
