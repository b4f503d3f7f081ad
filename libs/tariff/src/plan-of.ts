import { dayOfDate } from '@ledger/units';
import type { Bounds, ElementTerms, ExactComponent, LimitPlan, TariffPlan } from './plan';
import { PlanDraft } from './plan-draft';
import { ratioOf } from './ratio';
import { DAYS_OF_WEEK } from './tariff';
import type { PriceComponent, PriceLimit, Restrictions, Tariff } from './tariff';

const plans = new WeakMap<Tariff, TariffPlan>();

/** The plan of a tariff, made once. */
export function planOf(tariff: Tariff): TariffPlan {
  const known = plans.get(tariff);
  if (known !== undefined) return known;
  const draft = new PlanDraft();
  for (const { components, restrictions } of tariff.elements) {
    draft.add(restrictions === undefined ? undefined : termsOf(restrictions), components.map(exactComponent));
  }
  const plan = draft.plan(tariff, { min: limitPlan(tariff.minPrice), max: limitPlan(tariff.maxPrice) });
  plans.set(tariff, plan);
  return plan;
}

function exactComponent({ dimension, price, vat, stepSize }: PriceComponent): ExactComponent {
  return { dimension, price: ratioOf(price), vat: vat === undefined ? undefined : ratioOf(vat), stepSize };
}

function limitPlan(limit: PriceLimit | undefined): LimitPlan | undefined {
  if (limit === undefined) return undefined;
  return { excl: ratioOf(limit.exclTax), incl: limit.inclTax === undefined ? undefined : ratioOf(limit.inclTax) };
}

function termsOf(restrictions: Restrictions): ElementTerms {
  const { startTime, endTime, startDate, endDate, dayOfWeek, minDuration, maxDuration } = restrictions;
  return {
    start: startTime === undefined ? undefined : msOfDay(startTime),
    end: endTime === undefined ? undefined : msOfDay(endTime),
    startDay: startDate === undefined ? undefined : dayOfDate(startDate),
    endDay: endDate === undefined ? undefined : dayOfDate(endDate),
    weekdays: dayOfWeek?.reduce((mask, day) => mask | (1 << DAYS_OF_WEEK.indexOf(day)), 0),
    minDurationMs: (minDuration ?? 0) * 1_000,
    maxDurationMs: maxDuration === undefined ? Infinity : maxDuration * 1_000,
    energy: bounds(restrictions.minKwh, restrictions.maxKwh),
    power: bounds(restrictions.minPower, restrictions.maxPower),
    current: bounds(restrictions.minCurrent, restrictions.maxCurrent),
    reservation: restrictions.reservation,
  };
}

function msOfDay(time: string): number {
  return (+time.slice(0, 2) * 60 + +time.slice(3, 5)) * 60_000;
}

function bounds(
  min: PriceComponent['price'] | undefined,
  max: PriceComponent['price'] | undefined,
): Bounds | undefined {
  if (min === undefined && max === undefined) return undefined;
  return { min: min === undefined ? undefined : ratioOf(min), max: max === undefined ? undefined : ratioOf(max) };
}
