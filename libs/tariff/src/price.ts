import { DAY_MS, zoneOf } from '@ledger/units';
import type { Zone } from '@ledger/units';
import { cutIntervals } from './cut';
import { Unpriceable, intervalsOf, type Metered } from './metered';
import { SESSION_DAYS_MAX } from './moments';
import type { PeriodList } from './periods';
import type { TariffPlan } from './plan';
import { planOf } from './plan-of';
import { DEFAULT_READINGS, type PricingReadings } from './readings';
import { bounded, partsOf, sumOf, type Amount, type Parts, type Total } from './settle';
import type { Ratio } from './ratio';
import type { TariffTally } from './shares';
import { tally } from './tally';
import type { Tariff } from './tariff';

/**
 * Step one of pricing: the charging periods of a metered session, cut wherever this tariff may change a price.
 * @throws Unpriceable for a zone that does not exist, negative energy, overlapping periods or a session of many years
 */
export function cut(metered: Metered, tariff: Tariff, zone: string, readings = DEFAULT_READINGS): PeriodList {
  const list = intervalsOf(metered, readings);
  const days = Math.ceil((list.endMs - list.startMs) / DAY_MS);
  if (days > SESSION_DAYS_MAX) {
    throw new Unpriceable('session-too-long', `the session spans ${days} days, more than ${SESSION_DAYS_MAX}`);
  }
  return cutIntervals(list, planOf(tariff), knownZone(zone));
}

/** A zone by its IANA name. @throws Unpriceable when the time-zone data has no such zone */
export function knownZone(name: string): Zone {
  const zone = zoneOf(name);
  if (zone === undefined) throw new Unpriceable('unknown-time-zone', `there is no time zone ${name.slice(0, 64)}`);
  return zone;
}

/** What is to be priced, beside the periods. The first tariff is that of the session's start; its limits bound the total. */
export interface PriceQuestion {
  readonly tariffs: readonly [Tariff, ...Tariff[]];
  readonly zone: Zone;
  readonly isExpiredReservation?: boolean;
  readonly isCredit?: boolean;
  readonly readings?: PricingReadings;
}

/** A priced session, every amount exact. */
export interface Priced {
  readonly tallies: readonly TariffTally[];
  readonly parts: Parts;
  /** The sum of the parts, before the limits. */
  readonly sum: Amount;
  readonly total: Total;
}

/**
 * Step two of pricing: OCPI and nothing else. The periods must already be cut; nothing is interpolated and nothing is
 * rounded but the quantities that step_size rounds.
 */
export function price(list: PeriodList, { tariffs, ...question }: PriceQuestion): Priced {
  const [first, ...others] = tariffs;
  return priceByPlans(list, { ...question, plans: [planOf(first), ...others.map(planOf)] });
}

/** The same question with tariffs made ready. */
export interface PlannedQuestion extends Omit<PriceQuestion, 'tariffs'> {
  readonly plans: readonly [TariffPlan, ...TariffPlan[]];
}

/** The same step with tariffs made ready. */
export function priceByPlans(list: PeriodList, question: PlannedQuestion): Priced {
  const { plans, zone, isExpiredReservation = false, isCredit = false, readings = DEFAULT_READINGS } = question;
  const tallies = tally({ list, plans, zone, isExpiredReservation, readings });
  const parts = partsOf(tallies, list);
  const sum = sumOf(parts);
  const total = bounded(sum, plans[0]);
  return { tallies, parts, sum, total: isCredit ? negated(total) : total };
}

function negated({ excl, incl }: Total): Total {
  const negative = ({ num, den }: Ratio): Ratio => ({ num: -num, den });
  return { excl: negative(excl), incl: incl === undefined ? undefined : negative(incl) };
}
