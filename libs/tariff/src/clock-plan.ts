import { DAY_MS, weekdayOf } from '@ledger/units';
import type { LocalTime } from '@ledger/units';

/** What an element asks of the clock on the wall. */
export interface ClockRestrictions {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly startDay: number | undefined;
  readonly endDay: number | undefined;
  readonly days: readonly number[] | undefined;
}

/** A clock restriction made ready for whole numbers. */
export interface ClockPlan {
  /** Milliseconds of the day at which the answer may change. */
  readonly cuts: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly wraps: boolean;
  readonly startDay: number;
  readonly endDay: number;
  /** One bit for each weekday, Monday first. */
  readonly weekdays: number;
}

const EVERY_DAY = 0b1111111;

/**
 * Compiles the local times, dates and weekdays of an element (OCPI 2.3.0, Tariffs, section 11.4.6). An end of 00:00 is
 * the end of the day, an end before its start wraps over midnight, equal ones never match. Undefined when nothing is
 * asked of the clock.
 */
export function compileClock(asked: ClockRestrictions): ClockPlan | undefined {
  const time = timeOf(asked);
  const date = dateOf(asked);
  if (time === undefined && date === undefined) return undefined;
  return { ...ANY_TIME, ...ANY_DATE, ...time, ...date };
}

const ANY_TIME = { cuts: [0], from: 0, to: DAY_MS, wraps: false };
const ANY_DATE = { startDay: -Infinity, endDay: Infinity, weekdays: EVERY_DAY };

function timeOf({ start, end }: ClockRestrictions): typeof ANY_TIME | undefined {
  const from = start ?? 0;
  const to = end === undefined || end === 0 ? DAY_MS : end;
  if (from === 0 && to === DAY_MS) return undefined;
  return { cuts: [...new Set([0, from, to % DAY_MS])], from, to, wraps: to < from };
}

function dateOf({ startDay, endDay, days }: ClockRestrictions): typeof ANY_DATE | undefined {
  const weekdays = days?.reduce((mask, day) => mask | (1 << day), 0) ?? EVERY_DAY;
  if (startDay === undefined && endDay === undefined && weekdays === EVERY_DAY) return undefined;
  return { startDay: startDay ?? -Infinity, endDay: endDay ?? Infinity, weekdays };
}

/** Whether the clock restriction matches at a moment of wall-clock time. */
export function clockMatches(plan: ClockPlan, { day, msOfDay }: LocalTime): boolean {
  if (day < plan.startDay || day >= plan.endDay) return false;
  if ((plan.weekdays & (1 << weekdayOf(day))) === 0) return false;
  return plan.wraps ? msOfDay >= plan.from || msOfDay < plan.to : msOfDay >= plan.from && msOfDay < plan.to;
}
