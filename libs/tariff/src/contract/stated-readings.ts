import type { Interval, IntervalList } from '../cut';
import { pow10, ratioOf } from '../ratio';
import { BadLine, type StatedReading, type StatedSession } from './request';

/**
 * Meter readings as intervals to cut. They may come in any order and repeated; the register need not start at 0. What the
 * last reading says holds to the end of the session, what the first one says since its start. @throws BadLine
 */
export function readingIntervals(session: StatedSession): IntervalList {
  const readings = [...session.readings].sort(inOrder);
  const digits = readings.reduce((most, { kwh }) => Math.max(most, fractionDigits(kwh)), 3);
  const energyPerKwh = pow10(digits);
  const units = readings.map(({ kwh }) => {
    const { num, den } = ratioOf(kwh);
    return num * (energyPerKwh / den);
  });
  const intervals: Interval[] = [];
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return { ...span(session), energyPerKwh, intervals };
  if (first.atMs < session.startMs || last.atMs > session.endMs) {
    throw new BadLine('a meter reading lies outside of the session');
  }
  addInterval(intervals, { startMs: session.startMs, endMs: first.atMs, energy: 0n }, first.isCharging);
  readings.forEach((reading, index) => {
    const energy = (units[index + 1] ?? units[index] ?? 0n) - (units[index] ?? 0n);
    if (energy < 0n) throw new BadLine(`the register goes back after ${new Date(reading.atMs).toISOString()}`);
    const endMs = readings[index + 1]?.atMs ?? session.endMs;
    addInterval(intervals, { startMs: reading.atMs, endMs, energy }, reading.isCharging);
  });
  return { ...span(session), energyPerKwh, intervals };
}

function span({ startMs, endMs }: StatedSession) {
  return { startMs, endMs };
}

function addInterval(
  intervals: Interval[],
  part: { readonly startMs: number; readonly endMs: number; readonly energy: bigint },
  isCharging: boolean,
): void {
  if (part.startMs === part.endMs && part.energy === 0n) return;
  intervals.push({ ...part, isCharging, isParking: !isCharging, power: undefined, current: undefined });
}

function inOrder(a: StatedReading, b: StatedReading): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  const [left, right] = [ratioOf(a.kwh), ratioOf(b.kwh)];
  const [x, y] = [left.num * right.den, right.num * left.den];
  if (x !== y) return x < y ? -1 : 1;
  return (a.isCharging ? 1 : 0) - (b.isCharging ? 1 : 0);
}

function fractionDigits(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
