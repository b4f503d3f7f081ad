import { instantOf } from '@ledger/units';
import type { ChargeLine, Dimension, TaxTotal } from './charge';
import { lineText } from './explain';
import { given } from './member-reader';
import type { PeriodList } from './periods';
import type { TariffPlan } from './plan';
import { minus, plus, ratioOf, ratioText, rounded, scaledText, ZERO, type Ratio } from './ratio';
import { partOf, shareAmount, unitsOf, type Amount } from './settle';
import type { Share, TariffTally } from './shares';
import type { Tariff } from './tariff';

/** Decimals of every amount of money: the one rounding of pricing, half away from zero. */
export const AMOUNT_DECIMALS = 4;
/** Decimals of a quantity in print; it is exact inside. */
export const QUANTITY_DECIMALS = 12;

/** A line with its amounts still exact. */
export interface ExactLine {
  readonly amount: Amount;
  readonly line: Omit<ChargeLine, 'exclTax' | 'tax' | 'inclTax'>;
}

const ORDER = ['fixed', 'energy', 'time', 'parking', 'reservation'] as const;

/**
 * The lines of a charge in the order in which a driver reads them, one for each component that prices something. `tariffOf` gives
 * the tariff that a plan was made of.
 */
export function exactLines(
  tallies: readonly TariffTally[],
  tariffOf: (plan: TariffPlan) => Tariff,
  list: PeriodList,
): readonly ExactLine[] {
  const named = tallies.length > 1;
  const shares = tallies.flatMap(({ plan, shares: some }) =>
    some.filter((share) => share !== undefined).map((share) => ({ plan, share, rank: ORDER.indexOf(partOf(share)) })),
  );
  return shares
    .sort((a, b) => a.rank - b.rank)
    .map(({ plan, share }) => ({
      amount: shareAmount(share, plan, list),
      line: lineOf(share, { tariff: tariffOf(plan), list, named }),
    }));
}

interface LineQuestion {
  readonly tariff: Tariff;
  readonly list: PeriodList;
  readonly named: boolean;
}

function lineOf(share: Share, { tariff, list, named }: LineQuestion): ExactLine['line'] {
  const { element, isReservation, source } = share.component;
  const { component, restrictions } = statedComponent(tariff, share);
  const per = unitsOf(source.dimension, list);
  const measured = { num: share.measured, den: per };
  const billed = { num: share.measured + share.extra, den: per };
  const hasExtra = share.extra !== 0n;
  return {
    dimension: dimensionOf(share),
    element,
    ...given({
      tariff: named ? tariff.id : undefined,
      startedAt: instantOf(share.startMs),
      endedAt: source.dimension === 'FLAT' ? undefined : instantOf(share.endMs),
      vat: component.vat,
      extra: hasExtra ? ratioText({ num: share.extra, den: per }, QUANTITY_DECIMALS) : undefined,
    }),
    measured: ratioText(measured, QUANTITY_DECIMALS),
    billed: ratioText(billed, QUANTITY_DECIMALS),
    unit: UNITS[source.dimension],
    price: component.price,
    because: lineText({ component, tariff, restrictions, isReservation, measured, billed, hasExtra }),
  };
}

/** The component of a share as the tariff states it. @throws RangeError for another tariff than the one that priced */
function statedComponent(tariff: Tariff, { component: { element, source } }: Share) {
  const { components = [], restrictions } = tariff.elements[element] ?? {};
  const component = components.find(({ dimension }) => dimension === source.dimension);
  if (component === undefined) throw new RangeError(`the tariff has no ${source.dimension} in element ${element}`);
  return { component, restrictions };
}

function dimensionOf({ component: { source, isReservation } }: Share): Dimension {
  return isReservation && source.dimension === 'TIME' ? 'RESERVATION_TIME' : source.dimension;
}

const UNITS = { ENERGY: 'kWh', FLAT: '1', TIME: 'h', PARKING_TIME: 'h' } as const;

/**
 * Rounds the lines so that they add up to the rounded totals: each line takes the difference that it makes to the rounded
 * running sum. Lines without tax come first in that sum, so they never show any.
 */
export function roundedLines(lines: readonly ExactLine[]): readonly ChargeLine[] {
  const amounts = new Map<ExactLine, { excl: bigint; incl: bigint }>();
  let [excl, incl]: [Ratio, Ratio] = [ZERO, ZERO];
  for (const line of [...lines.filter(isUntaxed), ...lines.filter((other) => !isUntaxed(other))]) {
    const [nextExcl, nextIncl] = [plus(excl, line.amount.excl), plus(incl, line.amount.incl)];
    amounts.set(line, { excl: step(excl, nextExcl), incl: step(incl, nextIncl) });
    [excl, incl] = [nextExcl, nextIncl];
  }
  return lines.map((exact) => {
    const amount = amounts.get(exact) ?? { excl: 0n, incl: 0n };
    return {
      ...exact.line,
      exclTax: scaledText(amount.excl, AMOUNT_DECIMALS),
      tax: scaledText(amount.incl - amount.excl, AMOUNT_DECIMALS),
      inclTax: scaledText(amount.incl, AMOUNT_DECIMALS),
    };
  });
}

function step(before: Ratio, after: Ratio): bigint {
  return rounded(after, AMOUNT_DECIMALS) - rounded(before, AMOUNT_DECIMALS);
}

function isUntaxed({ amount }: ExactLine): boolean {
  const { num } = minus(amount.incl, amount.excl);
  return num === 0n;
}

/** The taxes of the lines, one entry for each rate; the amounts of the entries add up to the tax of the lines. */
export function taxTotals(lines: readonly ChargeLine[]): readonly TaxTotal[] {
  const byRate = new Map<string, bigint>();
  for (const { vat, tax, dimension } of lines) {
    const amount = rounded(ratioOf(tax), AMOUNT_DECIMALS);
    const rate = vat ?? (dimension === 'LIMIT' || amount !== 0n ? '' : undefined);
    if (rate !== undefined) byRate.set(rate, (byRate.get(rate) ?? 0n) + amount);
  }
  return [...byRate]
    .filter(([rate, amount]) => rate !== '' || amount !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rate, amount]) => ({
      name: 'VAT',
      ...given({ rate: lines.find(({ vat }) => vat === rate)?.vat }),
      amount: scaledText(amount, AMOUNT_DECIMALS),
    }));
}
