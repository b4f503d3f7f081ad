import type { Zone } from '@ledger/units';
import { clockMoments } from './moments';
import type { Extent, PeriodList, PricePeriod } from './periods';
import { MS_PER_HOUR, cutsOf, type Cuts, type TariffPlan } from './plan';
import { ceilDiv, gcd, lcm, type Ratio } from './ratio';

/** What was going on between two neighbouring moments of evidence. Intervals are in order and do not overlap. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
  /** Energy in units of `energyPerKwh`, not negative. */
  readonly energy: bigint;
  readonly isCharging: boolean;
  readonly isParking: boolean;
  /** Mean power in kW, when stated; otherwise it follows from energy and time. */
  readonly power: Ratio | undefined;
  /** Mean current in A, summed over the phases. */
  readonly current: Ratio | undefined;
}

/** What is to be cut. */
export interface IntervalList {
  readonly startMs: number;
  readonly endMs: number;
  readonly energyPerKwh: bigint;
  readonly intervals: readonly Interval[];
}

/** Denominators grow no longer than this many bits; beyond it pieces are rounded down to the grid reached so far. */
export const CUT_PRECISION_BITS = 2_048;
const PRECISION_LIMIT = 1n << BigInt(CUT_PRECISION_BITS);

/**
 * Cuts a session at every moment at which this tariff may change a price: local times, weekdays and dates, energy and
 * duration bounds (OCPI 2.3.0, CDRs, section 10.4.3). Between two moments of evidence energy is linear in time. The pieces are
 * exact fractions: they add up to what was metered, and further cuts change no sum.
 */
export function cutIntervals(list: IntervalList, plan: TariffPlan, zone: Zone): PeriodList {
  const cuts = cutsOf(plan);
  const moments = momentsOf(list, cuts, zone);
  const thresholds = cuts.kwh.map(({ num, den }) => ({ num: num * list.energyPerKwh, den }));
  const cutter = new Cutter(moments, thresholds, plan.usesPower ? list.energyPerKwh : undefined);
  const refinement = cutter.refinement(list.intervals);
  return {
    startMs: list.startMs,
    endMs: list.endMs,
    energyPerKwh: list.energyPerKwh * refinement.energy,
    timePerHour: MS_PER_HOUR * refinement.time,
    periods: cutter.pieces(list.intervals, refinement),
  };
}

function momentsOf({ startMs, endMs }: IntervalList, cuts: Cuts, zone: Zone): readonly number[] {
  const { timesOfDay, durationsMs } = cuts;
  const byDuration = durationsMs.map((ms) => startMs + ms).filter((ms) => ms < endMs);
  if (timesOfDay.length === 0) return byDuration;
  const byClock = clockMoments(zone, { from: startMs, to: endMs }, timesOfDay);
  return [...new Set([...byClock, ...byDuration])].sort((a, b) => a - b);
}

/** By how much the units of energy and time are refined so that every cut falls on a whole number of them. */
interface Refinement {
  readonly energy: bigint;
  readonly time: bigint;
}

/** A cut inside an interval: energy and time since the interval's start, in refined units. */
interface CutPoint {
  readonly energy: bigint;
  readonly time: bigint;
  /** Milliseconds since 1970, rounded down. */
  readonly ms: number;
}

class Cutter {
  private nextMoment = 0;
  private nextThreshold = 0;

  constructor(
    private readonly moments: readonly number[],
    private readonly thresholds: readonly Ratio[],
    private readonly powerPerKwh: bigint | undefined,
  ) {}

  refinement(intervals: readonly Interval[]): Refinement {
    let [energy, time] = [1n, 1n];
    let used = 0n;
    for (const interval of intervals) {
      const length = BigInt(interval.endMs - interval.startMs);
      if (interval.energy > 0n && this.takeMoments(interval).length > 0) {
        energy = bounded(energy, length / gcd(length, interval.energy));
      }
      for (const { num, den } of this.takeThresholds(used, used + interval.energy)) {
        const whole = interval.energy * den;
        energy = bounded(energy, den / gcd(num, den));
        time = bounded(time, whole / gcd((num - used * den) * length, whole));
      }
      used += interval.energy;
    }
    this.rewind();
    return { energy, time };
  }

  pieces(intervals: readonly Interval[], refinement: Refinement): readonly PricePeriod[] {
    const pieces: PricePeriod[] = [];
    let used = 0n;
    for (const interval of intervals) {
      const points = this.points(interval, used, refinement);
      this.addPieces(pieces, interval, { points, refinement });
      used += interval.energy;
    }
    return pieces;
  }

  private points(interval: Interval, used: bigint, { energy, time }: Refinement): readonly CutPoint[] {
    const length = BigInt(interval.endMs - interval.startMs);
    const points: CutPoint[] = this.takeMoments(interval).map((moment) => {
      const elapsed = BigInt(moment - interval.startMs);
      return { energy: (interval.energy * energy * elapsed) / length, time: elapsed * time, ms: moment };
    });
    for (const { num, den } of this.takeThresholds(used, used + interval.energy)) {
      const above = num - used * den;
      const whole = interval.energy * den;
      const elapsedMs = +`${(above * length) / whole}`;
      points.push({
        energy: ceilDiv(above * energy, den),
        time: (above * length * time) / whole,
        ms: interval.startMs + elapsedMs,
      });
    }
    return points.length < 2 ? points : points.sort((a, b) => byOrder(a.time, b.time) || byOrder(a.energy, b.energy));
  }

  private addPieces(
    pieces: PricePeriod[],
    interval: Interval,
    { points, refinement }: { points: readonly CutPoint[]; refinement: Refinement },
  ): void {
    const power = this.powerOf(interval);
    const current = interval.current === undefined ? undefined : { min: interval.current, max: interval.current };
    const length = BigInt(interval.endMs - interval.startMs);
    let from: CutPoint = { energy: 0n, time: 0n, ms: interval.startMs };
    const end = { energy: interval.energy * refinement.energy, time: length * refinement.time, ms: interval.endMs };
    for (let index = 0; index <= points.length; index += 1) {
      const to = points[index] ?? end;
      const lasts = to.time - from.time;
      pieces.push({
        startMs: from.ms,
        endMs: to.ms,
        energy: to.energy - from.energy,
        time: interval.isCharging ? lasts : undefined,
        parking: interval.isParking ? lasts : undefined,
        reservation: undefined,
        power,
        current,
        tariff: 0,
      });
      from = to;
    }
  }

  /** The moments strictly inside an interval. Intervals must be asked in order. */
  private takeMoments({ startMs, endMs }: Interval): readonly number[] {
    const { moments } = this;
    while (this.nextMoment < moments.length && (moments[this.nextMoment] ?? 0) <= startMs) this.nextMoment += 1;
    const first = this.nextMoment;
    while (this.nextMoment < moments.length && (moments[this.nextMoment] ?? 0) < endMs) this.nextMoment += 1;
    return first === this.nextMoment ? NONE : moments.slice(first, this.nextMoment);
  }

  /** The energy bounds strictly between two amounts. */
  private takeThresholds(from: bigint, to: bigint): readonly Ratio[] {
    const { thresholds } = this;
    while (isAtMost(thresholds[this.nextThreshold], from)) this.nextThreshold += 1;
    const first = this.nextThreshold;
    while (isBelow(thresholds[this.nextThreshold], to)) this.nextThreshold += 1;
    return first === this.nextThreshold ? [] : thresholds.slice(first, this.nextThreshold);
  }

  private powerOf(interval: Interval): Extent | undefined {
    if (this.powerPerKwh === undefined) return undefined;
    const length = BigInt(interval.endMs - interval.startMs);
    const mean = length === 0n ? undefined : { num: interval.energy * MS_PER_HOUR, den: length * this.powerPerKwh };
    const power = interval.power ?? mean;
    return power === undefined ? undefined : { min: power, max: power };
  }

  private rewind(): void {
    this.nextMoment = 0;
    this.nextThreshold = 0;
  }
}

const NONE: readonly number[] = [];

function isAtMost(threshold: Ratio | undefined, energy: bigint): boolean {
  return threshold !== undefined && threshold.num <= energy * threshold.den;
}

function isBelow(threshold: Ratio | undefined, energy: bigint): boolean {
  return threshold !== undefined && threshold.num < energy * threshold.den;
}

function bounded(known: bigint, factor: bigint): bigint {
  const both = lcm(known, factor);
  return both < PRECISION_LIMIT ? both : known;
}

function byOrder(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
