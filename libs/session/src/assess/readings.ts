import type { MeteredValue, ReadingContext } from '@ledger/meter';
import { millisOf, Quantity } from '@ledger/units';
import type { EndBound } from '../events';
import type { AssessmentPolicy } from '../policy';
import type { Timed } from './clock';
import { isUnset } from './timeline';

/** The frame of a session: when it began and ended by all its statements. Milliseconds. */
export interface Frame {
  readonly start: Timed | undefined;
  readonly end: Timed | undefined;
  readonly startMs: number;
  readonly endMs: number;
}

/** One value of one measurand at a usable time. `place` is the statement's place in the order. */
export interface Sample {
  readonly time: number;
  readonly value: Quantity;
  readonly context: ReadingContext;
  readonly place: number;
  readonly phase: string | undefined;
  readonly location: string;
}

/** What the readings of a session say, within its frame. */
export interface Samples {
  of(measurand: string): readonly Sample[];
  /** Times of readings that came after the end and are not counted, or before the start. */
  readonly outside: readonly { readonly time: number; readonly isLate: boolean }[];
  /** A reading had an unset clock where its statement had none. */
  readonly hasUnset: boolean;
  /** Values that were no usable quantity: another unit, or a negative register. */
  readonly unusable: readonly MeteredValue[];
}

const UNITS: Readonly<Record<string, string>> = {
  'Energy.Active.Import.Register': 'Wh',
  'Energy.Active.Export.Register': 'Wh',
  'Energy.Active.Import.Interval': 'Wh',
  'Energy.Active.Export.Interval': 'Wh',
  'Current.Import': 'A',
};

/** Finds when the session began and ended: its first start, its last end, else the outermost evidence, else the next session. */
export function frameOf(timed: readonly Timed[], policy: AssessmentPolicy, bound: EndBound | undefined): Frame {
  const start = timed.find(({ statement }) => statement.kind === 'started');
  const end = timed.findLast(({ statement }) => statement.kind === 'ended');
  const times = start !== undefined && end !== undefined ? [] : timed.flatMap((one) => evidenceTimes(one, policy));
  const startMs = start?.time ?? least(times, end?.time);
  if (end !== undefined) return { start, end, startMs, endMs: Math.max(startMs, end.time) };
  const latest = greatest(times, startMs);
  const boundMs = bound === undefined || latest > startMs ? latest : millisOf(bound.at);
  return { start, end, startMs, endMs: Math.max(latest, boundMs) };
}

function evidenceTimes(timed: Timed, policy: AssessmentPolicy): readonly number[] {
  return [timed.time, ...timed.statement.readings.map((reading) => readingTime(timed, reading.at, policy))];
}

function least(times: readonly number[], bound: number | undefined): number {
  return times.reduce((one, other) => Math.min(one, other), bound ?? times[0] ?? 0);
}

function greatest(times: readonly number[], bound: number): number {
  return times.reduce((one, other) => Math.max(one, other), bound);
}

function readingTime(timed: Timed, at: Timed['statement']['at'], policy: AssessmentPolicy): number {
  const isSameClock = isUnset(at, policy) === isUnset(timed.statement.at, policy);
  if (isSameClock) return millisOf(at) + timed.shiftMs;
  return isUnset(at, policy) ? timed.time : millisOf(at);
}

/** Flattens all readings into samples with usable times. */
export function samplesOf(timed: readonly Timed[], frame: Frame, policy: AssessmentPolicy): Samples {
  const byMeasurand = new Map(Object.keys(UNITS).map((measurand): [string, Sample[]] => [measurand, []]));
  const outside: { time: number; isLate: boolean }[] = [];
  const unusable: MeteredValue[] = [];
  let hasUnset = false;
  const take = (value: MeteredValue, where: Pick<Sample, 'time' | 'context' | 'place'>): void => {
    const samples = byMeasurand.get(value.measurand);
    if (samples === undefined) return;
    const sample = sampleOf(value, where);
    if (sample === undefined) unusable.push(value);
    else samples.push(sample);
  };
  timed.forEach((one, place) => {
    for (const reading of one.statement.readings) {
      hasUnset ||= isUnset(reading.at, policy) && !isUnset(one.statement.at, policy);
      const stated = readingTime(one, reading.at, policy);
      const earlyMs = reading.context === 'Transaction.Begin' ? Infinity : policy.clockStepMaxMs;
      const time = timeWithin(one, stated, frame, earlyMs);
      if (time === undefined) {
        outside.push({ time: stated, isLate: stated > frame.endMs });
        continue;
      }
      for (const value of reading.values) take(value, { time, context: reading.context, place });
    }
  });
  return { of: (measurand) => byMeasurand.get(measurand) ?? [], outside, hasUnset, unusable };
}

function sampleOf(metered: MeteredValue, where: Pick<Sample, 'time' | 'context' | 'place'>): Sample | undefined {
  if (metered.unit !== UNITS[metered.measurand]) return undefined;
  const value = Quantity.of(metered.value);
  if (value.isNegative()) return undefined;
  const { time, context, place } = where;
  return { time, value, context, place, phase: metered.phase, location: metered.location ?? 'Outlet' };
}

/**
 * A reading belongs to the session's frame. One that its own start or end statement carries, or that lies a little before
 * the start, is moved to the edge; one after the end, or long before the start, is not counted.
 */
function timeWithin(timed: Timed, time: number, frame: Frame, earlyMs: number): number | undefined {
  if (time < frame.startMs) {
    const isNear = timed === frame.start || frame.startMs - time <= earlyMs;
    return isNear ? frame.startMs : undefined;
  }
  if (time <= frame.endMs || frame.end === undefined) return time;
  return timed === frame.end || timed.time <= frame.endMs ? frame.endMs : undefined;
}
