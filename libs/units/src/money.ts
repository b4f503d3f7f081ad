import { type DecimalText, decimalText, Exact } from './exact';

/** An exact amount in one currency (ISO 4217). */
export interface Money {
  readonly currency: string;
  readonly amount: DecimalText;
}

/** Thrown when two currencies were to be added: a defect of the caller. */
export class CurrenciesDiffer extends Error {
  readonly code = 'currencies-differ';
  constructor(
    readonly one: string,
    readonly other: string,
  ) {
    super(`${one} and ${other} cannot be added`);
  }
}

const FORM = /^[A-Z]{3}$/;
const MINOR_UNITS_USUAL = 2;

/** Currencies whose minor unit is not a hundredth (ISO 4217, list one). */
const MINOR_UNITS: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
]);

/** Tells whether the text has the form of a currency code. Which of them exist is left to the tariff. */
export function isCurrency(text: string): boolean {
  return FORM.test(text);
}

/** How many digits after the point a currency has in cash and on invoices. */
export function minorUnits(currency: string): number {
  return MINOR_UNITS.get(currency) ?? MINOR_UNITS_USUAL;
}

/** The exact sum of two amounts. @throws CurrenciesDiffer */
export function addMoney(one: Money, other: Money): Money {
  if (one.currency !== other.currency) throw new CurrenciesDiffer(one.currency, other.currency);
  return { currency: one.currency, amount: decimalText(new Exact(one.amount).plus(other.amount)) };
}

/** The exact sum for each currency, in the order of their codes. */
export function sumByCurrency(amounts: Iterable<Money>): readonly Money[] {
  const sums = new Map<string, Exact>();
  for (const { currency, amount } of amounts) {
    sums.set(currency, (sums.get(currency) ?? new Exact(0)).plus(amount));
  }
  return Array.from(sums, ([currency, sum]) => ({ currency, amount: decimalText(sum) })).sort(byCurrency);
}

function byCurrency(one: Money, other: Money): number {
  return one.currency < other.currency ? -1 : 1;
}

/**
 * Prints an amount for people, `12.30 EUR`: at least the digits of the currency's minor unit, and every further digit that
 * the amount has. Nothing is rounded away; rounding is the tariff's.
 */
export function formatMoney({ currency, amount }: Money): string {
  const exact = new Exact(amount);
  return `${exact.toFixed(Math.max(exact.decimalPlaces(), minorUnits(currency)))} ${currency}`;
}
