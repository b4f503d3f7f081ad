import { DAY_MS } from '@ledger/units';
import type { Zone } from '@ledger/units';

/** Most days that one session may span; beyond it the clock of the station is wrong, not the price. */
export const SESSION_DAYS_MAX = 3_660;

/** A span of time in milliseconds since 1970; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The moments strictly inside a span at which the wall shows one of the times of day, and those at which the clock itself
 * changes: in the hour that a clock change repeats each time of day comes twice, in the one it skips it comes at the jump.
 */
export function clockMoments(zone: Zone, span: Span, timesOfDay: readonly number[]): readonly number[] {
  const moments: number[] = [];
  for (const { from, to, offsetMs } of zone.stretches(span.from, span.to)) {
    if (from > span.from) moments.push(from);
    const lastDay = Math.floor((to + offsetMs) / DAY_MS);
    for (let day = Math.floor((from + offsetMs) / DAY_MS); day <= lastDay; day += 1) {
      for (const time of timesOfDay) {
        const moment = day * DAY_MS + time - offsetMs;
        if (moment > from && moment < to) moments.push(moment);
      }
    }
  }
  return moments;
}
