import type { Zone } from '@ledger/units';
import type { PeriodList } from './periods';
import type { ComponentPlan, TariffPlan } from './plan';
import type { PricingReadings } from './readings';

/** What one component prices in one session. */
export interface Share {
  readonly component: ComponentPlan;
  /** In the units of the period list; 1 for FLAT. */
  measured: bigint;
  /** What step_size adds. */
  extra: bigint;
  readonly startMs: number;
  endMs: number;
  /** In how many stretches; neighbours count as one. */
  stretches: number;
}

/** The dimensions in which time or energy is used. */
export type Used = 'energy' | 'time' | 'parking' | 'reservation';

/** How much of one dimension was used under one tariff, in the units of the period list. */
export interface Use {
  /** What a component priced, and what none did. */
  priced: bigint;
  unpriced: bigint;
  /** The last relevant share; step_size looks at its component and adds to it. */
  last: Share | undefined;
}

/** What one tariff prices in one session. */
export interface TariffTally extends Readonly<Record<Used, Use>> {
  readonly plan: TariffPlan;
  readonly shares: (Share | undefined)[];
}

/** The session as its tariffs see it. */
export interface Question {
  readonly list: PeriodList;
  /** The first one bounds the total. */
  readonly plans: readonly TariffPlan[];
  readonly zone: Zone;
  readonly isExpiredReservation: boolean;
  readonly readings: PricingReadings;
}
