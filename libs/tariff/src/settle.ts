import type { PeriodList } from './periods';
import { rateOf, type LimitPlan, type TariffPlan } from './plan';
import { ZERO, compare, plus, type Ratio } from './ratio';
import type { Share, TariffTally } from './shares';

/** An exact amount without and with tax. */
export interface Amount {
  readonly excl: Ratio;
  readonly incl: Ratio;
}

/** The parts of a total, each exact and none bounded (OCPI 2.3.0, CDRs, section 10.3.1). */
export interface Parts {
  readonly fixed: Amount;
  readonly energy: Amount;
  readonly time: Amount;
  readonly parking: Amount;
  readonly reservation: Amount;
}

export type Part = keyof Parts;

/** The bounded total. `incl` is undefined where a limit without its amount with taxes left the two inconsistent. */
export interface Total {
  readonly excl: Ratio;
  readonly incl: Ratio | undefined;
}

const NOTHING: Amount = { excl: ZERO, incl: ZERO };

/** What a share costs, exactly. */
export function shareAmount({ component, measured, extra }: Share, { terms }: TariffPlan, list: PeriodList): Amount {
  const rate = rateOf(component.source, terms);
  const units = unitsOf(component.source.dimension, list);
  const billed = measured + extra;
  const excl = { num: billed * rate.excl.num, den: rate.excl.den * units };
  if (rate.incl === rate.excl) return { excl, incl: excl };
  return { excl, incl: { num: billed * rate.incl.num, den: rate.incl.den * units } };
}

/** How many units of quantity the price of a dimension is for. */
export function unitsOf(dimension: 'ENERGY' | 'FLAT' | 'PARKING_TIME' | 'TIME', list: PeriodList): bigint {
  if (dimension === 'FLAT') return 1n;
  return dimension === 'ENERGY' ? list.energyPerKwh : list.timePerHour;
}

/** The parts of the total. */
export function partsOf(tallies: readonly TariffTally[], list: PeriodList): Parts {
  let [fixed, energy, time, parking, reservation] = [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING];
  for (const { plan, shares } of tallies) {
    for (const share of shares) {
      if (share === undefined) continue;
      const amount = shareAmount(share, plan, list);
      switch (partOf(share)) {
        case 'fixed':
          fixed = addAmounts(fixed, amount);
          break;
        case 'energy':
          energy = addAmounts(energy, amount);
          break;
        case 'time':
          time = addAmounts(time, amount);
          break;
        case 'parking':
          parking = addAmounts(parking, amount);
          break;
        case 'reservation':
          reservation = addAmounts(reservation, amount);
      }
    }
  }
  return { fixed, energy, time, parking, reservation };
}

/** The part of the total that a share belongs to. */
export function partOf({ component }: Share): Part {
  if (component.isReservation) return 'reservation';
  switch (component.source.dimension) {
    case 'ENERGY':
      return 'energy';
    case 'FLAT':
      return 'fixed';
    case 'TIME':
      return 'time';
    case 'PARKING_TIME':
      return 'parking';
  }
}

/** The sum of two amounts. */
function addAmounts(a: Amount, b: Amount): Amount {
  if (a === NOTHING) return b;
  if (b === NOTHING) return a;
  const excl = plus(a.excl, b.excl);
  return a.excl === a.incl && b.excl === b.incl ? { excl, incl: excl } : { excl, incl: plus(a.incl, b.incl) };
}

/** The sum of the parts, before any limit. */
export function sumOf({ fixed, energy, time, parking, reservation }: Parts): Amount {
  return addAmounts(addAmounts(addAmounts(addAmounts(fixed, energy), time), parking), reservation);
}

/**
 * Bounds a total by min_price and max_price (OCPI 2.3.0, Tariffs, section 11.3.1): the amounts without and with tax each by
 * its own limit; where the limits cross, max_price wins.
 */
export function bounded({ excl, incl }: Amount, { min, max }: TariffPlan): Total {
  if (min === undefined && max === undefined) return { excl, incl };
  const boundedExcl = atMost(atLeast(excl, min?.excl), max?.excl);
  const boundedIncl = atMost(atLeast(incl, min?.incl), max?.incl);
  const isBlind = lacksTaxes(min) || lacksTaxes(max);
  const isInconsistent = isBlind && compare(boundedIncl, boundedExcl) < 0;
  return { excl: boundedExcl, incl: isInconsistent ? undefined : boundedIncl };
}

function lacksTaxes(limit: LimitPlan | undefined): boolean {
  return limit !== undefined && limit.incl === undefined;
}

function atLeast(value: Ratio, min: Ratio | undefined): Ratio {
  return min !== undefined && compare(value, min) < 0 ? min : value;
}

function atMost(value: Ratio, max: Ratio | undefined): Ratio {
  return max !== undefined && compare(value, max) > 0 ? max : value;
}
