import { Matcher } from './match';
import type { PricePeriod } from './periods';
import type { Candidates, ComponentPlan, TariffPlan } from './plan';
import type { Question, Share, TariffTally, Use } from './shares';
import { addSteps } from './step-size';

/** Sums up which component prices how much, with step_size applied once per session and dimension. */
export function tally(question: Question): readonly TariffTally[] {
  const tallier = new Tallier(question);
  const { periods, startMs } = question.list;
  for (const period of periods) tallier.add(period);
  if (periods.length === 0) tallier.add({ ...NOTHING, startMs, endMs: startMs });
  for (const one of tallier.tallies) addSteps(one, question);
  return tallier.tallies;
}

const NOTHING: PricePeriod = {
  startMs: 0,
  endMs: 0,
  energy: undefined,
  time: undefined,
  parking: undefined,
  reservation: undefined,
  power: undefined,
  current: undefined,
  tariff: 0,
};

class Tallier {
  readonly tallies: readonly TariffTally[];
  private readonly matcher: Matcher;
  private used = 0n;
  private hasFlat = false;
  private hasReservationFlat = false;

  constructor(private readonly question: Question) {
    this.tallies = question.plans.map(emptyTally);
    this.matcher = new Matcher(question.list, question.zone, question.readings);
  }

  add(period: PricePeriod): void {
    const one = this.tallies[period.tariff];
    if (one === undefined) throw new RangeError(`no tariff ${period.tariff}`);
    this.matcher.enter(period, this.used);
    if (isReserved(period)) this.addReservation(one, period, period.reservation ?? 0n);
    if (!isReserved(period) || isUsed(period)) this.addFlat(one, period);
    const { energy, time, parking } = period;
    if (energy !== undefined) this.addUse(one, one.energy, { candidates: one.plan.energy, quantity: energy, period });
    if (time !== undefined) this.addUse(one, one.time, { candidates: one.plan.time, quantity: time, period });
    if (parking !== undefined)
      this.addUse(one, one.parking, { candidates: one.plan.parking, quantity: parking, period });
    this.used += period.energy ?? 0n;
  }

  private addUse(one: TariffTally, use: Use, { candidates, quantity, period }: Candidacy): void {
    if (quantity === 0n && this.question.readings.statedZero === 'ignored') return;
    book(one.shares, use, { component: this.matcher.find(candidates), quantity, period });
  }

  /** OCPI 2.3.0, Tariffs, section 11.4.5: an expired one looks at its own elements first. */
  private addReservation(one: TariffTally, period: PricePeriod, quantity: bigint): void {
    const { reservation, expiry } = one.plan;
    const isExpired = this.question.isExpiredReservation;
    const expired = isExpired ? this.matcher.find(expiry.time) : undefined;
    const component = expired ?? this.matcher.find(reservation.time);
    book(one.shares, one.reservation, { component, quantity, period });
    if (this.hasReservationFlat) return;
    const fee = (isExpired ? this.matcher.find(expiry.flat) : undefined) ?? this.matcher.find(reservation.flat);
    if (fee === undefined) return;
    this.hasReservationFlat = true;
    one.shares[fee.slot] = flatShare(fee, period);
  }

  private addFlat(one: TariffTally, period: PricePeriod): void {
    if (one.plan.flat.length === 0 || (this.hasFlat && this.question.readings.flat === 'first-active-only')) return;
    const fee = this.matcher.find(one.plan.flat);
    if (fee === undefined) return;
    this.hasFlat = true;
    one.shares[fee.slot] ??= flatShare(fee, period);
  }
}

function isReserved({ reservation }: PricePeriod): boolean {
  return reservation !== undefined && reservation > 0n;
}

function isUsed({ energy, time, parking }: PricePeriod): boolean {
  return (energy ?? time ?? parking) !== undefined;
}

function emptyTally(plan: TariffPlan): TariffTally {
  return {
    plan,
    shares: [],
    energy: unused(),
    time: unused(),
    parking: unused(),
    reservation: unused(),
  };
}

function unused(): Use {
  return { priced: 0n, unpriced: 0n, last: undefined };
}

/** A quantity, and where its component is looked for. */
interface Candidacy {
  readonly candidates: Candidates;
  readonly quantity: bigint;
  readonly period: PricePeriod;
}

interface Booking {
  readonly component: ComponentPlan | undefined;
  readonly quantity: bigint;
  readonly period: PricePeriod;
}

function book(shares: (Share | undefined)[], use: Use, { component, quantity, period }: Booking): void {
  if (component === undefined) {
    use.unpriced += quantity;
    return;
  }
  use.priced += quantity;
  const { startMs, endMs } = period;
  let share = shares[component.slot];
  if (share === undefined) {
    share = { component, measured: quantity, extra: 0n, startMs, endMs, stretches: 1 };
    shares[component.slot] = share;
  } else {
    share.measured += quantity;
    if (share.endMs !== startMs) share.stretches += 1;
    share.endMs = endMs;
  }
  use.last = share;
}

function flatShare(component: ComponentPlan, { startMs }: PricePeriod): Share {
  return { component, measured: 1n, extra: 0n, startMs, endMs: startMs, stretches: 1 };
}
