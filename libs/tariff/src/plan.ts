import { dayOfDate } from '@ledger/units';
import { compileClock, type ClockPlan } from './clock-plan';
import { lcm, ratioOf, type Ratio } from './ratio';
import { DAYS_OF_WEEK } from './tariff';
import type { PriceComponent, PriceLimit, Restrictions, Tariff, TariffDimension } from './tariff';

/** A price component made ready for whole-number arithmetic. */
export interface ComponentPlan {
  /** Where its quantity is summed. */
  readonly slot: number;
  readonly element: number;
  readonly isReservation: boolean;
  readonly source: PriceComponent;
  /** Amounts per unit of quantity (kWh, h, 1) in units of 1/`TariffPlan.den`. */
  readonly excl: bigint;
  readonly incl: bigint;
  readonly stepSize: bigint;
}

/** A tariff element made ready: what must match, and its first component of each dimension. */
export interface ElementPlan {
  readonly index: number;
  readonly isFree: boolean;
  readonly clock: ClockPlan | undefined;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  readonly energy: Bounds | undefined;
  readonly power: Bounds | undefined;
  readonly current: Bounds | undefined;
}

/** From `min` (inclusive) to `max` (exclusive). */
export interface Bounds {
  readonly min: Ratio | undefined;
  readonly max: Ratio | undefined;
}

/** One place to look for the component of a dimension. */
export interface Candidate {
  readonly element: ElementPlan;
  readonly component: ComponentPlan;
}

/** The places to look at in order; the search ends at the first element without restrictions. */
export type Candidates = readonly Candidate[];

export interface LimitPlan {
  readonly excl: Ratio;
  readonly incl: Ratio | undefined;
}

/** A tariff made ready for pricing: a pure function of the tariff, made once for each. */
export interface TariffPlan {
  readonly tariff: Tariff;
  readonly slots: readonly ComponentPlan[];
  readonly den: bigint;
  readonly hasTax: boolean;
  readonly usesPower: boolean;
  readonly usesClock: boolean;
  readonly usesEnergy: boolean;
  readonly elements: readonly ElementPlan[];
  readonly energy: Candidates;
  readonly time: Candidates;
  readonly parking: Candidates;
  readonly flat: Candidates;
  readonly reservation: { readonly time: Candidates; readonly flat: Candidates };
  readonly expiry: { readonly time: Candidates; readonly flat: Candidates };
  readonly min: LimitPlan | undefined;
  readonly max: LimitPlan | undefined;
  /** Where a period must be cut: local times of day, kWh and milliseconds since the session's start. */
  readonly cuts: {
    readonly timesOfDay: readonly number[];
    readonly kwh: readonly Ratio[];
    readonly durationsMs: readonly number[];
  };
}

const plans = new WeakMap<Tariff, TariffPlan>();

/** The plan of a tariff, made once. */
export function planOf(tariff: Tariff): TariffPlan {
  const known = plans.get(tariff);
  if (known !== undefined) return known;
  const plan = compile(tariff);
  plans.set(tariff, plan);
  return plan;
}

function compile(tariff: Tariff): TariffPlan {
  const elements = tariff.elements.map((element, index) => compileElement(element.restrictions, index));
  const slots = compileComponents(tariff);
  const den = slots.reduce((product, { rate }) => lcm(lcm(product, rate.excl.den), rate.incl.den), 1n);
  const components = slots.map(({ rate, ...slot }) => ({
    ...slot,
    excl: rate.excl.num * (den / rate.excl.den),
    incl: rate.incl.num * (den / rate.incl.den),
  }));
  const find = candidateFinder(tariff, elements, components);
  return {
    tariff,
    slots: components,
    den,
    hasTax: components.some(({ excl, incl }) => excl !== incl) || hasTaxedLimit(tariff),
    usesPower: elements.some(({ power, current }) => power !== undefined || current !== undefined),
    usesClock: elements.some(({ clock }) => clock !== undefined),
    usesEnergy: elements.some(({ energy }) => energy !== undefined),
    elements,
    energy: find('ENERGY', undefined),
    time: find('TIME', undefined),
    parking: find('PARKING_TIME', undefined),
    flat: find('FLAT', undefined),
    reservation: { time: find('TIME', 'RESERVATION'), flat: find('FLAT', 'RESERVATION') },
    expiry: { time: find('TIME', 'RESERVATION_EXPIRES'), flat: find('FLAT', 'RESERVATION_EXPIRES') },
    min: limitPlan(tariff.minPrice),
    max: limitPlan(tariff.maxPrice),
    cuts: cutsOf(elements),
  };
}

function hasTaxedLimit({ minPrice, maxPrice }: Tariff): boolean {
  return minPrice !== undefined || maxPrice !== undefined;
}

function limitPlan(limit: PriceLimit | undefined): LimitPlan | undefined {
  if (limit === undefined) return undefined;
  return { excl: ratioOf(limit.exclTax), incl: limit.inclTax === undefined ? undefined : ratioOf(limit.inclTax) };
}

function compileComponents(tariff: Tariff) {
  return tariff.elements
    .flatMap(({ components, restrictions }, element) =>
      components
        .filter(({ dimension }, at) => components.findIndex((other) => other.dimension === dimension) === at)
        .map((source) => ({ source, element, isReservation: restrictions?.reservation !== undefined })),
    )
    .map((slot, index) => ({
      ...slot,
      slot: index,
      stepSize: BigInt(slot.source.stepSize),
      rate: rateOf(slot.source, tariff),
    }));
}

/** The price of one unit without and with tax (OCPI 2.3.0, Tariffs, sections 11.4.4 and 11.4.7). */
function rateOf({ price, vat }: PriceComponent, { taxIncluded }: Tariff): { excl: Ratio; incl: Ratio } {
  const stated = ratioOf(price);
  if (vat === undefined || taxIncluded === 'N/A') return { excl: stated, incl: stated };
  const percent = ratioOf(vat);
  const factor = { num: 100n * percent.den + percent.num, den: 100n * percent.den };
  return taxIncluded === 'YES'
    ? { excl: { num: stated.num * factor.den, den: stated.den * factor.num }, incl: stated }
    : { excl: stated, incl: { num: stated.num * factor.num, den: stated.den * factor.den } };
}

type Reserved = Restrictions['reservation'];

function candidateFinder(tariff: Tariff, elements: readonly ElementPlan[], components: readonly ComponentPlan[]) {
  return (dimension: TariffDimension, reserved: Reserved): Candidates => {
    const found: Candidate[] = [];
    for (const component of components) {
      const element = elements[component.element];
      const kind = tariff.elements[component.element]?.restrictions?.reservation;
      if (component.source.dimension !== dimension || kind !== reserved || element === undefined) continue;
      found.push({ element, component });
      if (element.isFree) break;
    }
    return found;
  };
}

function compileElement(restrictions: Restrictions = {}, index: number): ElementPlan {
  const { minDuration, maxDuration } = restrictions;
  const parts = {
    clock: compileClock(clockOf(restrictions)),
    minDurationMs: (minDuration ?? 0) * 1_000,
    maxDurationMs: maxDuration === undefined ? Infinity : maxDuration * 1_000,
    energy: bounds(restrictions.minKwh, restrictions.maxKwh),
    power: bounds(restrictions.minPower, restrictions.maxPower),
    current: bounds(restrictions.minCurrent, restrictions.maxCurrent),
  };
  const isTimeless = parts.minDurationMs === 0 && parts.maxDurationMs === Infinity;
  const isFree = isTimeless && !(parts.clock ?? parts.energy ?? parts.power ?? parts.current);
  return { index, isFree, ...parts };
}

function clockOf(restrictions: Restrictions) {
  return {
    start: restrictions.startTime === undefined ? undefined : msOfDay(restrictions.startTime),
    end: restrictions.endTime === undefined ? undefined : msOfDay(restrictions.endTime),
    startDay: restrictions.startDate === undefined ? undefined : dayOfDate(restrictions.startDate),
    endDay: restrictions.endDate === undefined ? undefined : dayOfDate(restrictions.endDate),
    days: restrictions.dayOfWeek?.map((day) => DAYS_OF_WEEK.indexOf(day)),
  };
}

function msOfDay(time: string): number {
  return (+time.slice(0, 2) * 60 + +time.slice(3, 5)) * 60_000;
}

function bounds(min: PriceComponent['price'] | undefined, max: PriceComponent['price'] | undefined) {
  if (min === undefined && max === undefined) return undefined;
  return { min: min === undefined ? undefined : ratioOf(min), max: max === undefined ? undefined : ratioOf(max) };
}

function cutsOf(elements: readonly ElementPlan[]): TariffPlan['cuts'] {
  const times = elements.flatMap(({ clock }) => clock?.cuts ?? []);
  const durations = elements.flatMap(({ minDurationMs, maxDurationMs }) => [minDurationMs, maxDurationMs]);
  const kwh = elements.flatMap(({ energy }) => [energy?.min, energy?.max].filter((bound) => bound !== undefined));
  return {
    timesOfDay: [...new Set(times)].sort((a, b) => a - b),
    kwh: kwh.filter(({ num }) => num > 0n).sort((a, b) => (a.num * b.den < b.num * a.den ? -1 : 1)),
    durationsMs: [...new Set(durations)].filter((ms) => ms > 0 && ms < Infinity).sort((a, b) => a - b),
  };
}

/** One kWh in Wh. */
export const WH_PER_KWH = 1_000n;
/** One hour in milliseconds. */
export const MS_PER_HOUR = 3_600_000n;
