import { DAY_MS, zoneOf } from '@ledger/units';
import type { Zone } from '@ledger/units';
import { cutIntervals } from './cut';
import { Unpriceable, intervalsOf, type Metered } from './metered';
import { SESSION_DAYS_MAX } from './moments';
import type { PeriodList } from './periods';
import { planOf } from './plan';
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
export function price(list: PeriodList, question: PriceQuestion): Priced {
  const plans = question.tariffs.map(planOf);
  const tallies = tally({
    list,
    plans,
    zone: question.zone,
    isExpiredReservation: question.isExpiredReservation ?? false,
    readings: question.readings ?? DEFAULT_READINGS,
  });
  const parts = partsOf(tallies, list);
  const sum = sumOf(parts);
  const total = bounded(sum, planOf(question.tariffs[0]));
  return { tallies, parts, sum, total: question.isCredit === true ? negated(total) : total };
}

function negated({ excl, incl }: Total): Total {
  const negative = ({ num, den }: Ratio): Ratio => ({ num: -num, den });
  return { excl: negative(excl), incl: incl === undefined ? undefined : negative(incl) };
}
