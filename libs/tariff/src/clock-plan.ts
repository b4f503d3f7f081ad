import { DAY_MS, weekdayOf } from '@ledger/units';
import type { LocalTime } from '@ledger/units';

/** What an element asks of the clock on the wall. */
export interface ClockRestrictions {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly startDay: number | undefined;
  readonly endDay: number | undefined;
  /** One bit for each weekday, Monday first. */
  readonly weekdays: number | undefined;
}

/** A clock restriction made ready for whole numbers. The answer may change at `from`, at `to` and at midnight. */
export interface ClockPlan {
  /** Milliseconds of the day. */
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
  const { start: from = 0, startDay = -Infinity, endDay = Infinity, weekdays = EVERY_DAY } = asked;
  const to = endOf(asked);
  const plan = { from, to, wraps: to < from, startDay, endDay, weekdays };
  return isAlways(plan) ? undefined : plan;
}

function endOf({ end }: ClockRestrictions): number {
  return end === undefined || end === 0 ? DAY_MS : end;
}

function isAlways({ from, to, startDay, endDay, weekdays }: ClockPlan): boolean {
  return from === 0 && to === DAY_MS && startDay === -Infinity && endDay === Infinity && weekdays === EVERY_DAY;
}

/** Whether the clock restriction matches at a moment of wall-clock time. */
export function clockMatches(plan: ClockPlan, { day, msOfDay }: LocalTime): boolean {
  if (day < plan.startDay || day >= plan.endDay) return false;
  if ((plan.weekdays & (1 << weekdayOf(day))) === 0) return false;
  return plan.wraps ? msOfDay >= plan.from || msOfDay < plan.to : msOfDay >= plan.from && msOfDay < plan.to;
}
