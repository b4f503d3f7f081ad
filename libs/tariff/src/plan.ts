import { DAY_MS } from '@ledger/units';
import type { ClockPlan, ClockRestrictions } from './clock-plan';
import { ZERO, type Ratio } from './ratio';
import type { ReservationKind, Tariff, TariffDimension } from './tariff';

/** A price component in whole numbers; see `PriceComponent` for the units. */
export interface ExactComponent {
  readonly dimension: TariffDimension;
  readonly price: Ratio;
  readonly vat: Ratio | undefined;
  readonly stepSize: number;
}

/** A price component made ready: the first one of its dimension in its element. */
export interface ComponentPlan {
  /** Where its quantity is summed. */
  readonly slot: number;
  readonly element: number;
  readonly isReservation: boolean;
  readonly source: ExactComponent;
}

/** What an element asks, in whole numbers. */
export interface ElementTerms extends ClockRestrictions {
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  readonly energy: Bounds | undefined;
  readonly power: Bounds | undefined;
  readonly current: Bounds | undefined;
  readonly reservation: ReservationKind | undefined;
}

/** A price per unit of quantity (kWh, h, 1) without and with tax; one object where they are equal. */
export interface Rate {
  readonly excl: Ratio;
  readonly incl: Ratio;
}

/** A tariff element made ready: what must match. */
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

/** What choosing and pricing need of a tariff beside its elements. */
export type TariffTerms = Pick<Tariff, 'id' | 'taxIncluded' | 'startsAt' | 'endsAt'>;

/** A tariff made ready for pricing: a pure function of the tariff, made once for each. */
export interface TariffPlan {
  readonly terms: TariffTerms;
  readonly usesPower: boolean;
  readonly usesClock: boolean;
  readonly elements: readonly ElementPlan[];
  readonly energy: Candidates;
  readonly time: Candidates;
  readonly parking: Candidates;
  readonly flat: Candidates;
  readonly reservation: ReservedCandidates;
  readonly expiry: ReservedCandidates;
  readonly min: LimitPlan | undefined;
  readonly max: LimitPlan | undefined;
}

/** Where the component of reserved time, and the fee for it, are looked for. */
export interface ReservedCandidates {
  readonly time: Candidates;
  readonly flat: Candidates;
}

/** The price of one unit without and with tax (OCPI 2.3.0, Tariffs, sections 11.4.4 and 11.4.7). */
export function rateOf({ price, vat = ZERO }: ExactComponent, { taxIncluded }: TariffTerms): Rate {
  if (vat.num === 0n || taxIncluded === 'N/A') return { excl: price, incl: price };
  const factor = { num: 100n * vat.den + vat.num, den: 100n * vat.den };
  return taxIncluded === 'YES'
    ? { excl: { num: price.num * factor.den, den: price.den * factor.num }, incl: price }
    : { excl: price, incl: { num: price.num * factor.num, den: price.den * factor.den } };
}

/** Where a period must be cut: local times of day, kWh and milliseconds since the session's start. */
export interface Cuts {
  readonly timesOfDay: readonly number[];
  readonly kwh: readonly Ratio[];
  readonly durationsMs: readonly number[];
}

/** The cuts that a tariff asks for. */
export function cutsOf({ elements }: TariffPlan): Cuts {
  const times = elements.flatMap(({ clock }) => (clock === undefined ? [] : [0, clock.from, clock.to % DAY_MS]));
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
