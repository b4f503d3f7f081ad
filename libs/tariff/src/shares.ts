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

/** What one tariff prices in one session. */
export interface TariffTally {
  readonly plan: TariffPlan;
  readonly shares: (Share | undefined)[];
  /** The last relevant share of each dimension; step_size looks at its component and adds to it. */
  readonly last: Record<Used, Share | undefined>;
  /** What a component priced, and what none did. */
  readonly priced: Record<Used, bigint>;
  readonly unpriced: Record<Used, bigint>;
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
