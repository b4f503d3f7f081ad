import { millisOf } from '@ledger/units';
import type { DecimalText, Instant } from '@ledger/units';
import type { Interval, IntervalList } from './cut';
import { pow10, ratioOf, type Ratio } from './ratio';
import type { PricingReadings } from './readings';

/** A stretch between two neighbouring moments of evidence. Energy in Wh, mean power in W, mean current in A. */
export interface MeteredPeriod {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly energyWh: DecimalText;
  readonly state: 'charging' | 'idle' | 'suspended';
  readonly powerW?: DecimalText;
  readonly currentA?: DecimalText;
}

/** What was metered, as far as a price depends on it. */
export interface Metered {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly periods: readonly MeteredPeriod[];
}

/** Thrown when a session cannot be priced as it stands: a defect of whoever asks, never of the driver. */
export class Unpriceable extends Error {
  constructor(
    readonly code: 'unknown-time-zone' | 'negative-energy' | 'periods-overlap' | 'session-too-long',
    message: string,
  ) {
    super(message);
  }
}

/** The intervals of a metered session. @throws Unpriceable for negative energy or periods that overlap */
export function intervalsOf(metered: Metered, readings: PricingReadings): IntervalList {
  const digits = metered.periods.reduce((most, { energyWh }) => Math.max(most, fractionDigits(energyWh)), 0);
  const intervals = metered.periods.map((period) => intervalOf(period, digits, readings)).sort(byTime);
  let end = -Infinity;
  for (const { startMs, endMs, energy } of intervals) {
    if (energy < 0n) throw new Unpriceable('negative-energy', `the period from ${startMs} has negative energy`);
    if (startMs < end || endMs < startMs) {
      throw new Unpriceable('periods-overlap', `the period from ${startMs} begins before another one ends`);
    }
    end = endMs;
  }
  return {
    startMs: millisOf(metered.startedAt),
    endMs: millisOf(metered.endedAt),
    energyPerKwh: pow10(3 + digits),
    intervals,
  };
}

function intervalOf(period: MeteredPeriod, digits: number, readings: PricingReadings): Interval {
  const { state, powerW, currentA } = period;
  const wh = ratioOf(period.energyWh);
  return {
    startMs: millisOf(period.startedAt),
    endMs: millisOf(period.endedAt),
    energy: wh.num * (pow10(digits) / wh.den),
    isCharging: state === 'charging' || (state === 'suspended' && readings.suspendedTime === 'as-charging'),
    isParking: state === 'idle',
    power: powerW === undefined ? undefined : kilo(ratioOf(powerW)),
    current: currentA === undefined ? undefined : ratioOf(currentA),
  };
}

function kilo({ num, den }: Ratio): Ratio {
  return { num, den: den * 1_000n };
}

function fractionDigits(text: DecimalText): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function byTime(a: Interval, b: Interval): number {
  return a.startMs - b.startMs || a.endMs - b.endMs;
}
