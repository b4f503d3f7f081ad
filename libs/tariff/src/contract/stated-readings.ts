import type { Interval, IntervalList } from '../cut';
import { pow10, ratioOf } from '../ratio';
import { BadLine } from './bad-line';
import type { StatedSession } from './request';

/** A meter reading: the register in whole units, and whether the vehicle charges from here on. */
export interface UnitReading {
  readonly atMs: number;
  readonly energy: bigint;
  readonly isCharging: boolean;
}

/** The meter readings of a session as intervals to cut. @throws BadLine */
export function readingIntervals(session: StatedSession): IntervalList {
  const digits = session.readings.reduce((most, { kwh }) => Math.max(most, fractionDigits(kwh)), 3);
  const energyPerKwh = pow10(digits);
  const readings = session.readings.map(({ atMs, kwh, isCharging }) => {
    const { num, den } = ratioOf(kwh);
    return { atMs, energy: num * (energyPerKwh / den), isCharging };
  });
  return intervalsOfReadings(session, readings, energyPerKwh);
}

/**
 * Meter readings as intervals to cut. They may come in any order and repeated; the register need not start at 0. What the
 * last reading says holds to the end of the session, what the first one says since its start. @throws BadLine
 */
export function intervalsOfReadings(
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  unsorted: readonly UnitReading[],
  energyPerKwh: bigint,
): IntervalList {
  const readings = [...unsorted].sort(inOrder);
  const intervals: Interval[] = [];
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return { startMs, endMs, energyPerKwh, intervals };
  if (first.atMs < startMs || last.atMs > endMs) throw new BadLine('a meter reading lies outside of the session');
  addInterval(intervals, { ...first, atMs: startMs }, first);
  readings.forEach((reading, index) => {
    addInterval(intervals, reading, readings[index + 1] ?? { ...last, atMs: endMs });
  });
  return { startMs, endMs, energyPerKwh, intervals };
}

function addInterval(intervals: Interval[], from: UnitReading, to: UnitReading): void {
  const energy = to.energy - from.energy;
  if (energy < 0n) throw new BadLine(`the register goes back after ${new Date(from.atMs).toISOString()}`);
  if (from.atMs === to.atMs && energy === 0n) return;
  intervals.push({
    startMs: from.atMs,
    endMs: to.atMs,
    energy,
    isCharging: from.isCharging,
    isParking: !from.isCharging,
    power: undefined,
    current: undefined,
  });
}

function inOrder(a: UnitReading, b: UnitReading): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.energy !== b.energy) return a.energy < b.energy ? -1 : 1;
  return (a.isCharging ? 1 : 0) - (b.isCharging ? 1 : 0);
}

function fractionDigits(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
