import { timeZonesVersion } from '@ledger/units';
import type { DecimalText } from '@ledger/units';
import { PRICING_VERSION } from './charge';
import type { ChargeLine, ComputedCharge } from './charge';
import { AMOUNT_DECIMALS, exactLines, roundedLines, taxTotals, type ExactLine } from './charge-lines';
import { chargeNotes } from './charge-notes';
import type { Metered } from './metered';
import type { PeriodList } from './periods';
import type { TariffPlan } from './plan';
import { cut, knownZone, price, type Priced } from './price';
import { minus, ratioOf, rounded, scaledText } from './ratio';
import { DEFAULT_READINGS, type PricingReadings } from './readings';
import type { Amount } from './settle';
import type { PriceLimit, Tariff } from './tariff';
import { tariffDigest } from './tariff-json';

/** A metered session, the tariff version that prices it, and the time zone of its location. */
export interface ChargeQuestion {
  readonly session: string;
  readonly metered: Metered;
  readonly tariff: Tariff;
  /** IANA name, such as `Europe/Berlin`. */
  readonly zone: string;
  readonly versions: {
    /** The version of the assessment that made `metered`. */
    readonly assessment: number;
    /** The version of the time-zone data; what `timeZonesVersion()` says when left out. */
    readonly timeZones?: string;
  };
  readonly readings?: PricingReadings;
}

/**
 * What a session costs. Running cost, final charge, preview and re-rating all call it: the same inputs give the same
 * bytes. The lines add up to the totals exactly; the one rounding, to 4 decimals and half away from zero, runs over the
 * running sum of the lines, so each total is the exact one, rounded once.
 * @throws Unpriceable see `cut`
 */
export function computeCharge(question: ChargeQuestion): ComputedCharge {
  const { session, metered, tariff, zone, versions } = question;
  const readings = question.readings ?? DEFAULT_READINGS;
  const list = cut(metered, tariff, zone, readings);
  const priced = price(list, { tariffs: [tariff], zone: knownZone(zone), readings });
  return {
    session,
    tariff: { id: tariff.id, version: tariff.lastUpdated, digest: tariffDigest(tariff) },
    ...chargedLines(priced, { tariff, tariffOf: () => tariff, list }),
    notes: chargeNotes({ metered, list, priced, tariff, zone }),
    readings,
    versions: {
      assessment: versions.assessment,
      pricing: PRICING_VERSION,
      timeZones: versions.timeZones ?? timeZonesVersion(),
    },
  };
}

/** The lines of a charge, and what they come to. */
export type ChargedLines = Pick<ComputedCharge, 'currency' | 'lines' | 'totalExclTax' | 'taxes' | 'totalInclTax'>;

/** Where the lines of a priced session come from. `tariff` is that of its start, whose limits bound the total. */
export interface LinesQuestion {
  readonly tariff: Tariff;
  /** The tariff that a plan was made of. */
  readonly tariffOf: (plan: TariffPlan) => Tariff;
  readonly list: PeriodList;
}

/** The lines of a priced session, rounded so that they add up to its totals. */
export function chargedLines(priced: Priced, { tariff, tariffOf, list }: LinesQuestion): ChargedLines {
  const exact = exactLines(priced.tallies, tariffOf, list);
  const limit = limitLine(priced, tariff);
  const lines = roundedLines(limit === undefined ? exact : [...exact, limit]);
  return {
    currency: tariff.currency,
    lines,
    totalExclTax: sum(lines, 'exclTax'),
    taxes: taxTotals(lines),
    totalInclTax: sum(lines, 'inclTax'),
  };
}

/** The amounts that the total must reach; where the amount with taxes is unknown it is the one without. */
function totalOf({ total }: Priced): Amount {
  return { excl: total.excl, incl: total.incl ?? total.excl };
}

/** The line that min_price or max_price makes. */
function limitLine(priced: Priced, tariff: Tariff): ExactLine | undefined {
  const total = totalOf(priced);
  const amount = { excl: minus(total.excl, priced.sum.excl), incl: minus(total.incl, priced.sum.incl) };
  const isMore = amount.excl.num > 0n || amount.incl.num > 0n;
  if (!isMore && amount.excl.num === 0n && amount.incl.num === 0n) return undefined;
  const limit = (isMore ? tariff.minPrice : tariff.maxPrice) ?? NO_LIMIT;
  return {
    amount,
    line: {
      dimension: 'LIMIT',
      element: -1,
      measured: ONE,
      billed: ONE,
      unit: '1',
      price: limit.exclTax,
      because: `A session costs at ${isMore ? 'least' : 'most'} ${limitText(limit, tariff)}.`,
    },
  };
}

function limitText({ exclTax, inclTax }: PriceLimit, { currency }: Tariff): string {
  return `${exclTax} ${currency}${inclTax === undefined ? '' : ` (${inclTax} ${currency} with taxes)`}`;
}

const NO_LIMIT: PriceLimit = { exclTax: scaledText(0n, 0) };
const ONE = scaledText(1n, 0);

function sum(lines: readonly ChargeLine[], amount: 'exclTax' | 'inclTax'): DecimalText {
  const total = lines.reduce((all, line) => all + rounded(ratioOf(line[amount]), AMOUNT_DECIMALS), 0n);
  return scaledText(total, AMOUNT_DECIMALS);
}
