import { instantOf, millisOf } from '@ledger/units';
import type { JsonObject } from '@ledger/units';
import { OCPI_DECIMALS, cutNumber, exactNumber, isCiString, members, roundedNumber } from './cdr-json';
import type { MeteredPeriod, Metered } from './metered';
import type { Extent, PeriodList, PricePeriod } from './periods';
import { compare, pow10, ratioOf, type Ratio } from './ratio';

/** The charging periods of a CDR or Session, with the totals that they add up to. */
export interface CdrPeriods {
  readonly periods: readonly JsonObject[];
  readonly totalEnergy: JsonObject[string];
  readonly totalTime: JsonObject[string];
  readonly totalParkingTime: JsonObject[string];
}

/**
 * Charging periods out of a cut session (OCPI 2.3.0, CDRs, section 10.4.2 and 10.4.3). Energy is cut to four decimals over its
 * running sum, so the volumes add up to the total and no threshold is crossed too early; times are rounded one by one, so
 * that a reader recognises each as its two timestamps; power and current are cut. What is zero is left out, but a period
 * that nothing else happened in says so with an ENERGY of 0.
 */
export function cdrPeriods(list: PeriodList, metered: Metered, tariffId: string | undefined): CdrPeriods {
  const all = list.periods.length === 0 ? [emptyPeriod(list)] : list.periods;
  const stated = new StatedPower(metered.periods);
  let used = 0n;
  let written = 0n;
  const periods = all.map((period) => {
    used += period.energy ?? 0n;
    const before = written;
    written = (used * pow10(OCPI_DECIMALS)) / list.energyPerKwh;
    const energy: Ratio = { num: written - before, den: pow10(OCPI_DECIMALS) };
    return members({
      start_date_time: instantOf(period.startMs) ?? metered.startedAt,
      dimensions: dimensionsOf(period, { energy, timePerHour: list.timePerHour, power: stated.at(period) }),
      tariff_id: isCiString(tariffId, 36) ? tariffId : undefined,
    });
  });
  return {
    periods,
    totalEnergy: cutNumber({ num: written, den: pow10(OCPI_DECIMALS) }),
    totalTime: roundedNumber({ num: BigInt(list.endMs - list.startMs), den: MS_PER_HOUR }),
    totalParkingTime: roundedNumber({ num: sumOf(all, 'parking'), den: list.timePerHour }),
  };
}

const MS_PER_HOUR = 3_600_000n;

function emptyPeriod({ startMs, endMs }: PeriodList): PricePeriod {
  const nothing = { energy: undefined, time: undefined, parking: undefined, reservation: undefined };
  return { startMs, endMs, ...nothing, power: undefined, current: undefined, tariff: 0 };
}

interface Quantities {
  readonly energy: Ratio;
  readonly timePerHour: bigint;
  readonly power: Extent | undefined;
}

function dimensionsOf(
  { time, parking, reservation, current }: PricePeriod,
  { energy, timePerHour, power }: Quantities,
): readonly JsonObject[] {
  const hours = (quantity: bigint | undefined): Ratio | undefined =>
    quantity === undefined || quantity === 0n ? undefined : { num: quantity, den: timePerHour };
  const used = [
    dimension('ENERGY', energy.num === 0n ? undefined : cutNumber(energy)),
    dimension('TIME', lengthOf(hours(time))),
    dimension('PARKING_TIME', lengthOf(hours(parking))),
    dimension('RESERVATION_TIME', lengthOf(hours(reservation))),
  ].filter((one) => one !== undefined);
  const extremes = [
    dimension('MIN_POWER', cutOf(power?.min)),
    dimension('MAX_POWER', cutOf(power?.max)),
    dimension('MIN_CURRENT', cutOf(current?.min)),
    dimension('MAX_CURRENT', cutOf(current?.max)),
  ].filter((one) => one !== undefined);
  return [...(used.length === 0 ? [{ type: 'ENERGY', volume: exactNumber('0') }] : used), ...extremes];
}

function dimension(type: string, volume: JsonObject[string]): JsonObject | undefined {
  return volume === undefined ? undefined : { type, volume };
}

/** A length in hours; one that would round to nothing is the least that OCPI can say, for it may bring a step_size with it. */
function lengthOf(value: Ratio | undefined): JsonObject[string] {
  if (value === undefined) return undefined;
  return roundedNumber(compare(value, LEAST) < 0 ? LEAST : value);
}

const LEAST: Ratio = { num: 1n, den: pow10(OCPI_DECIMALS) };

function cutOf(value: Ratio | undefined): JsonObject[string] {
  return value === undefined ? undefined : cutNumber(value);
}

function sumOf(periods: readonly PricePeriod[], key: 'parking'): bigint {
  return periods.reduce((total, period) => total + (period[key] ?? 0n), 0n);
}

/** The mean power that the evidence states for a moment; the periods must be asked in order. */
class StatedPower {
  private next = 0;
  private readonly known: readonly { readonly startMs: number; readonly endMs: number; readonly power?: Ratio }[];

  constructor(periods: readonly MeteredPeriod[]) {
    this.known = periods
      .map(({ startedAt, endedAt, powerW }) => ({
        startMs: millisOf(startedAt),
        endMs: millisOf(endedAt),
        ...(powerW === undefined ? {} : { power: kilo(ratioOf(powerW)) }),
      }))
      .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  }

  at({ startMs, power }: PricePeriod): Extent | undefined {
    if (power !== undefined) return power;
    while ((this.known[this.next]?.endMs ?? Infinity) <= startMs && this.next < this.known.length - 1) this.next += 1;
    const stated = this.known[this.next]?.power;
    return stated === undefined || compare(stated, ZERO) < 0 ? undefined : { min: stated, max: stated };
  }
}

const ZERO: Ratio = { num: 0n, den: 1n };

function kilo({ num, den }: Ratio): Ratio {
  return { num, den: den * 1_000n };
}
