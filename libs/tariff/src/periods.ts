import type { Ratio } from './ratio';

/** Power in kW or current in A over a period, as far as known. */
export interface Extent {
  readonly min: Ratio | undefined;
  readonly max: Ratio | undefined;
}

/**
 * A charging period ready to be priced. Quantities are whole numbers of the units that its `PeriodList` names, so that
 * pieces of one interval add up to it exactly. A quantity of a dimension that does not occur is undefined.
 */
export interface PricePeriod {
  /** Milliseconds since 1970, rounded down. */
  readonly startMs: number;
  readonly endMs: number;
  readonly energy: bigint | undefined;
  readonly time: bigint | undefined;
  readonly parking: bigint | undefined;
  readonly reservation: bigint | undefined;
  readonly power: Extent | undefined;
  readonly current: Extent | undefined;
  /** Index of the tariff that prices it. */
  readonly tariff: number;
}

/** Periods in order of time, already cut wherever a price may change, with the units of their quantities. */
export interface PeriodList {
  readonly startMs: number;
  readonly endMs: number;
  /** How many units of energy make one kWh. */
  readonly energyPerKwh: bigint;
  /** How many units of time make one hour. */
  readonly timePerHour: bigint;
  readonly periods: readonly PricePeriod[];
}
