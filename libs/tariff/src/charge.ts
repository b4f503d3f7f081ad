import type { DecimalText, Digest, Instant } from '@ledger/units';
import type { PricingReadings } from './readings';

/** Raised by any change that can give another amount for the same periods and tariff. */
export const PRICING_VERSION = 1;

/** What a line counts. `LIMIT` is the difference that min_price or max_price makes. */
export type Dimension = 'ENERGY' | 'TIME' | 'PARKING_TIME' | 'FLAT' | 'RESERVATION_TIME' | 'LIMIT';

/**
 * One line of a charge. `measured` and `billed` are in `unit` (kWh, h, or 1 for FLAT; at most 12 decimals), amounts in the
 * currency at 4 decimals. The one rounding runs over the running sum of the exact amounts, so the lines add up to the
 * totals to the last digit. `element` is the index of the tariff element (-1 for LIMIT), `because` a whole sentence for a
 * driver.
 */
export interface ChargeLine {
  readonly dimension: Dimension;
  readonly element: number;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly measured: DecimalText;
  readonly billed: DecimalText;
  readonly unit: 'kWh' | 'h' | '1';
  readonly price: DecimalText;
  /** The VAT percentage of the component; absent where the tariff states none. */
  readonly vat?: DecimalText;
  /** What step_size added, in `unit`; absent when it added nothing. */
  readonly extra?: DecimalText;
  /** The id of the tariff, where a session went over several. */
  readonly tariff?: string;
  readonly exclTax: DecimalText;
  readonly tax: DecimalText;
  readonly inclTax: DecimalText;
  readonly because: string;
}

/** One tax, summed over the lines. `rate` is a percentage. */
export interface TaxTotal {
  readonly name: string;
  readonly rate?: DecimalText;
  readonly amount: DecimalText;
}

/** Which tariff version priced the session. */
export interface TariffReference {
  readonly id: string;
  readonly version: string;
  readonly digest: Digest;
}

/** Something a reader of the charge should know. Codes are public, kebab-case and never renamed. */
export interface ChargeNote {
  readonly code: string;
  readonly because: string;
}

/** What a session costs: the same object for running cost, final charge, preview and re-rating. */
export interface ComputedCharge {
  readonly session: string;
  readonly currency: string;
  readonly tariff: TariffReference;
  readonly lines: readonly ChargeLine[];
  readonly totalExclTax: DecimalText;
  readonly taxes: readonly TaxTotal[];
  readonly totalInclTax: DecimalText;
  readonly notes: readonly ChargeNote[];
  /** How this charge reads what OCPI leaves open. */
  readonly readings?: PricingReadings;
  readonly versions: { readonly assessment: number; readonly pricing: number; readonly timeZones: string };
}
