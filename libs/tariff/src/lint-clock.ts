import { zoneOf } from '@ledger/units';
import { given } from './member-reader';
import type { Restrictions, Tariff, TariffDimension, TariffFinding } from './tariff';

/** Clock changes are looked for in this many days from the tariff's last update on: more than a year. */
const LOOK_AHEAD_MS = 400 * 86_400_000;
const DAY_MINUTES = 1_440;

/** Windows of the day that overlap or that a clock change repeats or skips. */
export function lintClock(tariff: Tariff, zone: string | undefined): readonly TariffFinding[] {
  return [...overlaps(tariff), ...(zone === undefined ? [] : clockChanges(tariff, zone))];
}

/** A stretch of minutes of the day; `to` is exclusive and at most the end of the day. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The minutes of a day in which a window is open; undefined when it is the whole day. */
function stretchesOf({ startTime, endTime }: Restrictions): readonly Stretch[] | undefined {
  if (startTime === undefined && endTime === undefined) return undefined;
  const from = startTime === undefined ? 0 : minutesOf(startTime);
  const to = endTime === undefined || endTime === '00:00' ? DAY_MINUTES : minutesOf(endTime);
  if (from < to) return [{ from, to }];
  return from === to
    ? []
    : [
        { from: 0, to },
        { from, to: DAY_MINUTES },
      ];
}

function minutesOf(time: string): number {
  return +time.slice(0, 2) * 60 + +time.slice(3);
}

/** Windows of two elements that differ in nothing but the time of day and share a dimension: the first one wins. */
function overlaps({ elements }: Tariff): readonly TariffFinding[] {
  return elements.flatMap((element, index) => {
    const mine = stretchesOf(element.restrictions ?? {});
    if (mine === undefined) return [];
    return elements.slice(0, index).flatMap((earlier, by) => {
      const theirs = stretchesOf(earlier.restrictions ?? {});
      if (theirs === undefined || !isAlike(element.restrictions, earlier.restrictions)) return [];
      const shared = sharedDimensions(element.components, earlier.components);
      if (shared.length === 0 || !meet(mine, theirs)) return [];
      const because = `The window overlaps that of element ${by}, which prices ${shared.join(', ')} first.`;
      return [{ code: 'overlap', pointer: `/elements/${index}/restrictions`, because }];
    });
  });
}

type Components = Tariff['elements'][number]['components'];

function sharedDimensions(a: Components, b: Components): readonly TariffDimension[] {
  return a.map(({ dimension }) => dimension).filter((dimension) => b.some((other) => other.dimension === dimension));
}

function meet(a: readonly Stretch[], b: readonly Stretch[]): boolean {
  return a.some((one) => b.some((other) => one.from < other.to && other.from < one.to));
}

/** Whether two elements ask the same beside the time of day. */
function isAlike(a: Restrictions = {}, b: Restrictions = {}): boolean {
  return JSON.stringify(withoutTimes(a)) === JSON.stringify(withoutTimes(b));
}

function withoutTimes(restrictions: Restrictions): object {
  return given({ ...restrictions, startTime: undefined, endTime: undefined });
}

/** Windows that start or end in an hour that the zone's clock skips or repeats. */
function clockChanges(tariff: Tariff, name: string): readonly TariffFinding[] {
  const zone = zoneOf(name);
  if (zone === undefined) {
    return [{ code: 'unknown-time-zone', pointer: '', because: `There is no time zone ${name.slice(0, 64)}.` }];
  }
  const from = Date.parse(tariff.lastUpdated);
  const changes = zone.transitions(from, from + LOOK_AHEAD_MS).map((at) => {
    const [before, after] = [zone.offsetAt(at - 1), zone.offsetAt(at)];
    const wall = Math.floor((at + Math.min(before, after)) / 60_000);
    const start = ((wall % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
    const length = Math.abs(after - before) / 60_000;
    return { start, end: start + length, isSkipped: after > before };
  });
  return tariff.elements.flatMap(({ restrictions = {} }, index) =>
    (['startTime', 'endTime'] as const).flatMap((key) => {
      const time = restrictions[key];
      if (time === undefined) return [];
      return changes.flatMap((change) => clockChange(change, time, `/elements/${index}/restrictions/${NAMES[key]}`));
    }),
  );
}

const NAMES = { startTime: 'start_time', endTime: 'end_time' } as const;

function clockChange(
  { start, end, isSkipped }: { readonly start: number; readonly end: number; readonly isSkipped: boolean },
  time: string,
  pointer: string,
): readonly TariffFinding[] {
  const minutes = minutesOf(time);
  if (minutes < start || minutes >= end || (isSkipped && minutes === start)) return [];
  return [
    isSkipped
      ? {
          code: 'hour-skipped',
          pointer,
          because: `${time} does not come on the day the clock goes forward; the window changes at the jump.`,
        }
      : {
          code: 'hour-repeated',
          pointer,
          because: `${time} comes twice on the day the clock goes back; the window opens or closes both times.`,
        },
  ];
}
