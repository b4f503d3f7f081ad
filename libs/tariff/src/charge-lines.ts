import { instantOf } from '@ledger/units';
import type { ChargeLine, Dimension, TaxTotal } from './charge';
import { lineText } from './explain';
import { given } from './member-reader';
import type { PeriodList } from './periods';
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

/** The lines of a charge in the order in which a driver reads them, one for each component that prices something. */
export function exactLines(tallies: readonly TariffTally[], list: PeriodList): readonly ExactLine[] {
  const named = tallies.length > 1;
  const shares = tallies.flatMap(({ plan, shares: some }) =>
    some.filter((share) => share !== undefined).map((share) => ({ plan, share, rank: ORDER.indexOf(partOf(share)) })),
  );
  return shares
    .sort((a, b) => a.rank - b.rank)
    .map(({ plan, share }) => ({
      amount: shareAmount(share, plan, list),
      line: lineOf(share, plan.tariff, { list, named }),
    }));
}

function lineOf(
  share: Share,
  tariff: Tariff,
  { list, named }: { list: PeriodList; named: boolean },
): ExactLine['line'] {
  const { component, extra } = share;
  const { source, element, isReservation } = component;
  const per = unitsOf(source.dimension, list);
  const measured = { num: share.measured, den: per };
  const billed = { num: share.measured + extra, den: per };
  const restrictions = tariff.elements[element]?.restrictions;
  const hasExtra = extra !== 0n;
  return {
    dimension: dimensionOf(share),
    element,
    ...given({
      tariff: named ? tariff.id : undefined,
      startedAt: instantOf(share.startMs),
      endedAt: source.dimension === 'FLAT' ? undefined : instantOf(share.endMs),
      vat: source.vat,
      extra: hasExtra ? ratioText({ num: extra, den: per }, QUANTITY_DECIMALS) : undefined,
    }),
    measured: ratioText(measured, QUANTITY_DECIMALS),
    billed: ratioText(billed, QUANTITY_DECIMALS),
    unit: UNITS[source.dimension],
    price: source.price,
    because: lineText({ component: source, tariff, restrictions, isReservation, measured, billed, hasExtra }),
  };
}

const UNITS = { ENERGY: 'kWh', FLAT: '1', TIME: 'h', PARKING_TIME: 'h' } as const;

function dimensionOf({ component }: Share): Dimension {
  const { dimension } = component.source;
  return component.isReservation && dimension === 'TIME' ? 'RESERVATION_TIME' : dimension;
}

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
