import type { DecimalText, Instant } from '@ledger/units';

/** The OCPI versions whose tariffs are understood. */
export const OCPI_VERSIONS = ['2.2.1', '2.3.0'] as const;
export type OcpiVersion = (typeof OCPI_VERSIONS)[number];

/** What a price component prices (OCPI 2.3.0, Tariffs, section 11.4.4). */
export const TARIFF_DIMENSIONS = ['ENERGY', 'FLAT', 'PARKING_TIME', 'TIME'] as const;
export type TariffDimension = (typeof TARIFF_DIMENSIONS)[number];

/** For which way of paying or charging preference a tariff is meant; absent means all. It changes no arithmetic. */
export const TARIFF_TYPES = ['AD_HOC_PAYMENT', 'PROFILE_CHEAP', 'PROFILE_FAST', 'PROFILE_GREEN', 'REGULAR'] as const;
export type TariffType = (typeof TARIFF_TYPES)[number];

/** The weekdays in OCPI words; the index is the weekday number of `weekdayOf`. */
export const DAYS_OF_WEEK = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type DayOfWeek = (typeof DAYS_OF_WEEK)[number];

/** Whether the prices contain taxes (OCPI 2.3.0). A 2.2.1 tariff is always `NO`: its prices exclude VAT. */
export const TAX_INCLUDED = ['YES', 'NO', 'N/A'] as const;
export type TaxIncluded = (typeof TAX_INCLUDED)[number];

export const RESERVATION_KINDS = ['RESERVATION', 'RESERVATION_EXPIRES'] as const;
export type ReservationKind = (typeof RESERVATION_KINDS)[number];

/** A price per kWh, per hour or, for FLAT, per session. `vat` is a percentage; absent is not the same statement as 0. */
export interface PriceComponent {
  readonly dimension: TariffDimension;
  readonly price: DecimalText;
  readonly vat?: DecimalText;
  /** Wh for ENERGY, seconds for TIME and PARKING_TIME; 0 does not round. */
  readonly stepSize: number;
}

/** When an element applies; all that are set must match (OCPI 2.3.0, Tariffs, section 11.4.6). */
export interface Restrictions {
  readonly startTime?: string;
  readonly endTime?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly minKwh?: DecimalText;
  readonly maxKwh?: DecimalText;
  readonly minCurrent?: DecimalText;
  readonly maxCurrent?: DecimalText;
  readonly minPower?: DecimalText;
  readonly maxPower?: DecimalText;
  readonly minDuration?: number;
  readonly maxDuration?: number;
  readonly dayOfWeek?: readonly DayOfWeek[];
  readonly reservation?: ReservationKind;
}

export interface TariffElement {
  readonly components: readonly PriceComponent[];
  readonly restrictions?: Restrictions;
}

/** The least or most that a session costs; each amount is bounded by its own limit. */
export interface PriceLimit {
  readonly exclTax: DecimalText;
  readonly inclTax?: DecimalText;
}

/** One published version of an OCPI tariff; `id` and `lastUpdated` name the version. */
export interface Tariff {
  readonly ocpiVersion: OcpiVersion;
  readonly id: string;
  readonly countryCode?: string;
  readonly partyId?: string;
  readonly currency: string;
  readonly type?: TariffType;
  readonly altText?: readonly { readonly language: string; readonly text: string }[];
  readonly altUrl?: string;
  readonly minPrice?: PriceLimit;
  readonly maxPrice?: PriceLimit;
  readonly preauthorizeAmount?: DecimalText;
  readonly taxIncluded: TaxIncluded;
  /** Valid from this moment (inclusive) … */
  readonly startsAt?: Instant;
  /** … to this one (exclusive). */
  readonly endsAt?: Instant;
  readonly lastUpdated: Instant;
  readonly elements: readonly TariffElement[];
}

/** Something wrong or odd in an object from outside: a public code, the JSON pointer of the place, and why. */
export interface TariffFinding {
  readonly code: string;
  readonly pointer: string;
  readonly because: string;
}
