/**
 * How this engine reads what the OCPI texts leave open, by name. The values are recorded with every charge. Where more
 * than one value is possible, another one may be asked for, for instance to compare with another engine.
 */
export interface PricingReadings {
  /** Which total step_size rounds: what a component priced, or all that was used of the dimension. */
  readonly stepSizeCounts: 'billable' | 'everything';
  /** Whether a stated volume of 0 can be the last relevant one. */
  readonly statedZero: 'ignored' | 'counts';
  /** Which time total is rounded when parking is priced. */
  readonly stepSizeTime: 'parking-if-priced';
  /** What a step_size of 0 does. */
  readonly stepSizeZero: 'does-not-round';
  /** How many FLAT components a session pays when several become active one after the other. */
  readonly flat: 'first-active-only' | 'each-once';
  /** A FLAT component whose restrictions begin to hold in the middle of a session. */
  readonly flatOpening: 'due-then';
  /** A price below zero. */
  readonly negativePrices: 'multiplied';
  /** The weekday of a window that wraps over midnight. */
  readonly wrappingWeekday: 'of-the-moment';
  /** A window whose start and end are equal and not 00:00. */
  readonly emptyWindow: 'never';
  /** A wall-clock window inside the hour that a clock change repeats. */
  readonly repeatedHour: 'both-passes';
  /** A restriction on power or current that nobody measured. */
  readonly unknownPower: 'matches' | 'does-not-match';
  /** A period that states both ends of its power or current. */
  readonly powerBounds: 'min-against-max';
  /** Time in which the station withheld power from a vehicle that asked for it. */
  readonly suspendedTime: 'not-billed' | 'as-charging';
  /** A stated time volume that differs from its timestamps by at most 0.18 s. */
  readonly statedTime: 'timestamps-within-0.18-s';
  /** A tariff whose end_date_time is the start of the session. */
  readonly validityEnd: 'exclusive';
  /** A price limit without its amount with taxes. */
  readonly limitWithoutTaxes: 'left-alone';
  /** A min_price above max_price. */
  readonly crossedLimits: 'max-wins';
  /** An expired reservation under a tariff that has only RESERVATION elements. */
  readonly expiredReservation: 'pays-reserved-time';
  /** step_size of a session over several tariffs. */
  readonly stepSizeTariffs: 'per-tariff';
  /** Whose price limits bound a session over several tariffs. */
  readonly limitsOf: 'first-tariff';
  /** FLAT of a session over several tariffs. */
  readonly flatTariffs: 'once-per-session';
  /** How a component without a VAT rate is taxed. */
  readonly withoutVat: 'amounts-equal';
  /** The one rounding of money, at the very end. */
  readonly rounding: 'half-away-from-zero-4-decimals';
  /** Energy between two readings. */
  readonly interpolation: 'linear-in-time';
}

/** The readings that `pricing.md` takes, each a sentence of its own in the README of this lib. */
export const DEFAULT_READINGS: PricingReadings = {
  stepSizeCounts: 'billable',
  statedZero: 'ignored',
  stepSizeTime: 'parking-if-priced',
  stepSizeZero: 'does-not-round',
  flat: 'first-active-only',
  flatOpening: 'due-then',
  negativePrices: 'multiplied',
  wrappingWeekday: 'of-the-moment',
  emptyWindow: 'never',
  repeatedHour: 'both-passes',
  unknownPower: 'matches',
  powerBounds: 'min-against-max',
  suspendedTime: 'not-billed',
  statedTime: 'timestamps-within-0.18-s',
  validityEnd: 'exclusive',
  limitWithoutTaxes: 'left-alone',
  crossedLimits: 'max-wins',
  expiredReservation: 'pays-reserved-time',
  stepSizeTariffs: 'per-tariff',
  limitsOf: 'first-tariff',
  flatTariffs: 'once-per-session',
  withoutVat: 'amounts-equal',
  rounding: 'half-away-from-zero-4-decimals',
  interpolation: 'linear-in-time',
};
