import { ChosenTariffs } from '../../../libs/tariff/src/contract/chosen-tariffs';
import { readRequest } from '../../../libs/tariff/src/contract/request';
import type { StatedPeriod } from '../../../libs/tariff/src/contract/request';
import { statedPeriods } from '../../../libs/tariff/src/contract/stated-periods';
import { planOf } from '../../../libs/tariff/src/plan-of';
import { priceByPlans } from '../../../libs/tariff/src/price';
import type { Priced } from '../../../libs/tariff/src/price';
import { ratioOf } from '../../../libs/tariff/src/ratio';
import type { Ratio } from '../../../libs/tariff/src/ratio';
import { DEFAULT_READINGS } from '../../../libs/tariff/src/readings';
import type { PricingReadings } from '../../../libs/tariff/src/readings';
import type { Tariff } from '../../../libs/tariff/src/tariff';
import { JsonNumber, isJsonObject, parseDecimal, readJson } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';

/** What the other engine reads otherwise, in the names of our own readings; none first. */
const OTHER_READINGS: readonly Partial<PricingReadings>[] = [
  {},
  { stepSizeCounts: 'everything' },
  { statedZero: 'counts' },
  { stepSizeCounts: 'everything', statedZero: 'counts' },
];

const DECIMALS = 10_000n;

/**
 * Compares the other engine's answer to a line with ours: `same`, the name of the documented reading of an open question that
 * explains the difference, `refused: …` when the other engine did not answer, or `unexplained`.
 */
export function verdictOn(line: string, answer: string): string {
  const theirs = objectOf(answer);
  if (typeof theirs['error'] === 'string') return `refused: ${theirs['error']}`;
  for (const departure of departuresFor(line)) {
    const difference = differenceOf(pricedBy(line, departure), theirs, departure);
    if (difference !== 'other') return nameOf(departure, difference);
  }
  return 'unexplained';
}

/** In what the other engine departs from ours for one line (`pricing.md`, sections 12 and 14). */
interface Departure {
  readonly readings: Partial<PricingReadings>;
  /** What a stated parking volume of 0 does: nothing, switch off the rounding of charging time, or be the last to be rounded. */
  readonly zeroParking: 'nothing' | 'leaves TIME unrounded' | 'is rounded';
  /** A limit without its amount with taxes leaves the total with taxes as it is, also when it became inconsistent. */
  readonly ignoresTotalWithTaxes: boolean;
}

const ZERO_PARKING = ['nothing', 'leaves TIME unrounded', 'is rounded'] as const;

function departuresFor(line: string): readonly Departure[] {
  const statesNoParking = /"PARKING_TIME","volume":0[,}]/.test(line);
  const hasBlindLimit = /"(min|max)_price":\{"excl_vat":[0-9.]+\}/.test(line);
  return [false, ...(hasBlindLimit ? [true] : [])].flatMap((ignoresTotalWithTaxes) =>
    (statesNoParking ? ZERO_PARKING : ZERO_PARKING.slice(0, 1)).flatMap((zeroParking) =>
      OTHER_READINGS.map((readings) => ({ readings, zeroParking, ignoresTotalWithTaxes })),
    ),
  );
}

function nameOf({ readings, zeroParking, ignoresTotalWithTaxes }: Departure, difference: string): string {
  const names = [
    ...Object.entries(readings).map(([name, reading]) => `${name}: ${reading}`),
    ...(zeroParking === 'nothing' ? [] : [`a stated parking of 0 ${zeroParking}`]),
    ...(ignoresTotalWithTaxes ? ['limitWithoutTaxes'] : []),
  ];
  return names.length === 0 ? difference : names.join(', ');
}

function pricedBy(line: string, { readings, zeroParking }: Departure): Priced {
  const { session, tariffs, zone, isList } = readRequest(objectOf(line));
  const asked = zeroParking === 'leaves TIME unrounded' ? tariffs.map(withUnroundedTime) : tariffs;
  const periods = (session.periods ?? []).map((period) =>
    zeroParking === 'is rounded' ? withALittleParking(period) : period,
  );
  const chosen = new ChosenTariffs(asked.map(planOf), { isList, startMs: session.startMs });
  const list = statedPeriods(session, periods, ({ tariffId }) => chosen.indexFor(tariffId));
  return priceByPlans(list, {
    plans: chosen.inOrderOfUse(),
    zone,
    isCredit: session.isCredit,
    readings: { ...DEFAULT_READINGS, ...readings },
  });
}

/** So little that no amount shows it, and enough for a step_size to see it. */
function withALittleParking(period: StatedPeriod): StatedPeriod {
  const little = parseDecimal('0.0000000001');
  if (period.volumes.get('PARKING_TIME') !== '0' || little === undefined) return period;
  return { ...period, volumes: new Map([...period.volumes, ['PARKING_TIME', little]]) };
}

function withUnroundedTime(tariff: Tariff): Tariff {
  const elements = tariff.elements.map((element) => ({
    ...element,
    components: element.components.map((one) => (one.dimension === 'TIME' ? { ...one, stepSize: 0 } : one)),
  }));
  return { ...tariff, elements };
}

/** `same`, `rounding of a tie` where nothing but half even against half away from zero differs, or `other`. */
function differenceOf(
  { total, parts }: Priced,
  theirs: JsonObject,
  { ignoresTotalWithTaxes }: Departure,
): 'same' | 'rounding of a tie' | 'other' {
  const totals = amounts(total, theirs['total_cost']);
  const pairs = [
    ...(ignoresTotalWithTaxes ? totals.slice(0, 1) : totals),
    ...amounts(parts.fixed, theirs['total_fixed_cost']),
    ...amounts(parts.energy, theirs['total_energy_cost']),
    ...amounts(parts.time, theirs['total_time_cost']),
    ...amounts(parts.parking, theirs['total_parking_cost']),
  ].map(([ours, other]) => closeness(ours, other));
  if (pairs.includes('other')) return 'other';
  return pairs.includes('rounding of a tie') ? 'rounding of a tie' : 'same';
}

type Pair = readonly [ours: Ratio | undefined, theirs: Ratio | undefined];

function amounts(
  ours: { readonly excl: Ratio; readonly incl: Ratio | undefined },
  value: JsonValue | undefined,
): Pair[] {
  const amount = isJsonObject(value) ? value : undefined;
  const theirs = (name: string): Ratio | undefined => (amount === undefined ? ZERO : ratioIn(amount[name]));
  return [
    [ours.excl, theirs('excl_vat')],
    [ours.incl, theirs('incl_vat')],
  ];
}

const ZERO: Ratio = { num: 0n, den: 1n };

function ratioIn(value: JsonValue | undefined): Ratio | undefined {
  const text = value instanceof JsonNumber ? parseDecimal(value.text) : undefined;
  return text === undefined ? undefined : ratioOf(text);
}

function closeness(ours: Ratio | undefined, theirs: Ratio | undefined): 'same' | 'rounding of a tie' | 'other' {
  if (ours === undefined || theirs === undefined) return ours === theirs ? 'same' : 'other';
  const units = { num: ours.num * DECIMALS, den: ours.den };
  const stated = (theirs.num * DECIMALS) / theirs.den;
  const twice = 2n * (units.num - stated * units.den);
  if (twice < units.den && twice > -units.den) return 'same';
  if (twice === units.den || twice === -units.den) return isAway(units, stated) ? 'same' : 'rounding of a tie';
  return 'other';
}

/** Whether a tie was rounded away from zero, as ours are. */
function isAway({ num, den }: Ratio, stated: bigint): boolean {
  const size = num < 0n ? -num : num;
  return (stated < 0n ? -stated : stated) * den > size;
}

function objectOf(text: string): JsonObject {
  const reading = readJson(text);
  if (!reading.ok || !isJsonObject(reading.value)) throw new Error(`no JSON object: ${text.slice(0, 200)}`);
  return reading.value;
}
