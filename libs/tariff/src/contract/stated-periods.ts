import { MS_PER_HOUR } from '../plan';
import type { Extent, PeriodList, PricePeriod } from '../periods';
import { pow10, ratioOf, type Ratio } from '../ratio';
import { BadLine } from './bad-line';
import type { StatedPeriod, StatedSession } from './request';

/** A stated time may differ by this much from its timestamps (CDRs carry hours at 4 decimals) and still mean them. */
export const STATED_TIME_TOLERANCE_MS = 180n;

/**
 * The charging periods of a CDR as a list to price. They may come in any order; each ends where the next one starts, the
 * last with the session. `tariffOf` gives the index of the tariff that prices a period. @throws BadLine
 */
export function statedPeriods(
  session: StatedSession,
  stated: readonly StatedPeriod[],
  tariffOf: (period: StatedPeriod) => number,
): PeriodList {
  const sorted = [...stated].sort((a, b) => a.startMs - b.startMs);
  const all = sorted.flatMap(({ volumes }) => [...volumes]);
  const energyDigits = digitsOf(all.filter(([type]) => type === 'ENERGY'));
  const timeDigits = Math.max(0, digitsOf(all.filter(([type]) => TIMES.has(type))) - HOUR_DIGITS);
  const units = { energyPerKwh: pow10(Math.max(3, energyDigits)), timePerHour: MS_PER_HOUR * pow10(timeDigits) };
  const periods = sorted.map((period, index): PricePeriod => {
    const endMs = sorted[index + 1]?.startMs ?? session.endMs;
    if (endMs < period.startMs) throw new BadLine('a charging period starts after the end of the session');
    const time = (type: string) => timeOf(period, type, { endMs, timePerHour: units.timePerHour });
    return {
      startMs: period.startMs,
      endMs,
      energy: energyOf(period, units.energyPerKwh),
      time: time('TIME'),
      parking: time('PARKING_TIME'),
      reservation: time('RESERVATION_TIME'),
      power: extentOf(period, 'MIN_POWER', 'MAX_POWER'),
      current: extentOf(period, 'MIN_CURRENT', 'MAX_CURRENT'),
      tariff: tariffOf(period),
    };
  });
  return { startMs: session.startMs, endMs: session.endMs, ...units, periods };
}

const TIMES = new Set(['TIME', 'PARKING_TIME', 'RESERVATION_TIME']);
/** Hours at this many decimals are whole milliseconds times ten to some power. */
const HOUR_DIGITS = 5;

function digitsOf(volumes: readonly (readonly [string, string])[]): number {
  return volumes.reduce((most, [, text]) => {
    const point = text.indexOf('.');
    return point < 0 ? most : Math.max(most, text.length - point - 1);
  }, 0);
}

function energyOf({ volumes }: StatedPeriod, perKwh: bigint): bigint | undefined {
  const text = volumes.get('ENERGY');
  return text === undefined ? undefined : unitsOf(ratioOf(text), perKwh);
}

function timeOf(
  { startMs, volumes }: StatedPeriod,
  type: string,
  { endMs, timePerHour }: { readonly endMs: number; readonly timePerHour: bigint },
): bigint | undefined {
  const text = volumes.get(type);
  if (text === undefined) return undefined;
  const stated = unitsOf(ratioOf(text), timePerHour);
  const perMs = timePerHour / MS_PER_HOUR;
  const lasts = BigInt(endMs - startMs) * perMs;
  const difference = stated < lasts ? lasts - stated : stated - lasts;
  return stated !== 0n && difference <= STATED_TIME_TOLERANCE_MS * perMs ? lasts : stated;
}

/** A decimal in whole units; the caller has chosen units that are fine enough. */
function unitsOf({ num, den }: Ratio, perOne: bigint): bigint {
  return (num * perOne) / den;
}

function extentOf({ volumes }: StatedPeriod, minType: string, maxType: string): Extent | undefined {
  const [min, max] = [volumes.get(minType), volumes.get(maxType)];
  if (min === undefined && max === undefined) return undefined;
  return { min: min === undefined ? undefined : ratioOf(min), max: max === undefined ? undefined : ratioOf(max) };
}
