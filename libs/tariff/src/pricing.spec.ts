import fc from 'fast-check';
import { canon, instantOf } from '@ledger/units';
import type { DecimalText, Instant } from '@ledger/units';
import { computeCharge, cut, parseTariff, price, knownZone } from './index';
import type { ComputedCharge, Metered, MeteredPeriod, Tariff } from './index';
import { minus, plus, ratioOf, ratioText, ZERO, type Ratio } from './ratio';

const ZONE = 'Europe/Berlin';
const START = Date.parse('2026-10-24T00:00:00Z');

function instant(ms: number): Instant {
  const found = instantOf(ms);
  if (found === undefined) throw new Error(`${ms}`);
  return found;
}

const decimals = (max: number, digits: number) =>
  fc.integer({ min: 0, max: max * 10 ** digits }).map((units) => (units / 10 ** digits).toFixed(digits));
const clock = fc.nat(95).map((quarter) => new Date(quarter * 900_000).toISOString().slice(11, 16));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });

const component = fc.record({
  type: fc.constantFrom('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT'),
  price: decimals(3, 4),
  vat: optional(fc.constantFrom('0', '7', '19', '5.5')),
  step_size: fc.constantFrom(0, 1, 60, 250, 900),
});
const element = fc.record({
  price_components: fc.uniqueArray(component, { minLength: 1, maxLength: 3, selector: ({ type }) => type }),
  restrictions: optional(
    fc.record({
      start_time: optional(clock),
      end_time: optional(clock),
      day_of_week: optional(fc.subarray(['SATURDAY', 'SUNDAY', 'MONDAY'], { minLength: 1 })),
      min_kwh: optional(decimals(8, 1)),
      max_kwh: optional(decimals(20, 1)),
      max_power: optional(decimals(12, 1)),
      min_duration: optional(fc.nat(20_000)),
    }),
  ),
});
const limit = fc.record({ excl_vat: decimals(20, 2), incl_vat: decimals(25, 2) });
const tariffs = fc
  .record({
    elements: fc.array(element, { minLength: 1, maxLength: 4 }),
    min_price: optional(limit),
    max_price: optional(limit),
  })
  .map(tariffOf);

function tariffOf(members: object): Tariff {
  const outcome = parseTariff({ id: 'T', currency: 'EUR', last_updated: '2026-01-01T00:00:00Z', ...members });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  return outcome.tariff;
}

const stretch = fc.record({
  seconds: fc.integer({ min: 1, max: 20_000 }),
  energyWh: decimals(9_000, 1),
  state: fc.constantFrom('charging' as const, 'idle' as const, 'suspended' as const),
});
const sessions = fc
  .record({ offset: fc.nat(172_800), stretches: fc.array(stretch, { minLength: 1, maxLength: 6 }) })
  .map(({ offset, stretches }): Metered => {
    let at = START + offset * 1_000;
    const startedAt = instant(at);
    const periods = stretches.map(({ seconds, energyWh, state }): MeteredPeriod => {
      const from = at;
      at += seconds * 1_000;
      return { startedAt: instant(from), endedAt: instant(at), energyWh: energyWh as DecimalText, state };
    });
    return { startedAt, endedAt: instant(at), periods };
  });

const charge = (metered: Metered, tariff: Tariff): ComputedCharge =>
  computeCharge({ session: 's', metered, tariff, zone: ZONE, versions: { assessment: 1 } });

const total = (texts: readonly DecimalText[]): string => ratioText(texts.map(ratioOf).reduce(plus, ZERO), 4);

/** Cuts every period in two at a moment whose share of the energy is a whole number of tenths of a Wh. */
function halved(metered: Metered): Metered {
  const periods = metered.periods.flatMap((period): MeteredPeriod[] => {
    const [from, to] = [Date.parse(period.startedAt), Date.parse(period.endedAt)];
    const middle = from + (to - from) / 2;
    const half = ratioText({ num: ratioOf(period.energyWh).num, den: ratioOf(period.energyWh).den * 2n }, 12);
    return [
      { ...period, endedAt: instant(middle), energyWh: half },
      { ...period, startedAt: instant(middle), energyWh: half },
    ];
  });
  return { ...metered, periods };
}

const amounts = ({ lines, totalExclTax, totalInclTax, taxes }: ComputedCharge) => ({
  lines: lines.map(({ dimension, element: at, billed, exclTax, inclTax }) => [dimension, at, billed, exclTax, inclTax]),
  totalExclTax,
  totalInclTax,
  taxes,
});

describe('pricing any session by any tariff', () => {
  it('gives lines and taxes that add up to the totals, to the last digit', () => {
    fc.assert(
      fc.property(sessions, tariffs, (metered, tariff) => {
        const bill = charge(metered, tariff);
        expect(total(bill.lines.map(({ exclTax }) => exclTax))).toBe(bill.totalExclTax);
        expect(total(bill.lines.map(({ inclTax }) => inclTax))).toBe(bill.totalInclTax);
        expect(total([bill.totalExclTax, ...bill.taxes.map(({ amount }) => amount)])).toBe(bill.totalInclTax);
        for (const line of bill.lines) expect(total([line.exclTax, line.tax])).toBe(line.inclTax);
      }),
    );
  });

  it('shows no tax on a line whose component states none', () => {
    fc.assert(
      fc.property(sessions, tariffs, (metered, tariff) => {
        for (const { vat, dimension, tax } of charge(metered, tariff).lines) {
          if (vat === undefined && dimension !== 'LIMIT') expect(tax).toBe('0');
        }
      }),
    );
  });

  it('rounds each total once, from the exact one', () => {
    fc.assert(
      fc.property(sessions, tariffs, (metered, tariff) => {
        const bill = charge(metered, tariff);
        const exact = price(cut(metered, tariff, ZONE), { tariffs: [tariff], zone: knownZone(ZONE) });
        expect(bill.totalExclTax).toBe(ratioText(exact.total.excl, 4));
        expect(bill.totalInclTax).toBe(ratioText(exact.total.incl ?? exact.total.excl, 4));
      }),
    );
  });

  it('cuts into pieces that add up to the metered energy and time exactly', () => {
    fc.assert(
      fc.property(sessions, tariffs, (metered, tariff) => {
        const { periods, energyPerKwh, timePerHour } = cut(metered, tariff, ZONE);
        const pieces = periods.reduce((sum, { energy }) => sum + (energy ?? 0n), 0n);
        const wh = metered.periods.map(({ energyWh }) => ratioOf(energyWh)).reduce(plus, ZERO);
        expect(isZero(minus({ num: pieces * 1_000n, den: energyPerKwh }, wh))).toBe(true);
        const billable = periods.reduce((sum, { time, parking }) => sum + (time ?? 0n) + (parking ?? 0n), 0n);
        const ms = metered.periods
          .filter(({ state }) => state !== 'suspended')
          .reduce((sum, { startedAt, endedAt }) => sum + Date.parse(endedAt) - Date.parse(startedAt), 0);
        expect(billable * 3_600_000n).toBe(BigInt(ms) * timePerHour);
      }),
    );
  });

  it('changes no amount when the periods are cut further', () => {
    fc.assert(
      fc.property(sessions, tariffs, (metered, tariff) => {
        const once = halved(metered);
        expect(amounts(charge(once, tariff))).toEqual(amounts(charge(metered, tariff)));
        expect(amounts(charge(halved(once), tariff))).toEqual(amounts(charge(metered, tariff)));
      }),
    );
  });

  it('gives the same bytes for the same session in any order of periods', () => {
    fc.assert(
      fc.property(sessions, tariffs, (metered, tariff) => {
        const reversed = { ...metered, periods: [...metered.periods].reverse() };
        expect(canon(charge(reversed, tariff))).toBe(canon(charge(metered, tariff)));
      }),
    );
  });

  it('never bills less for more energy, where prices do not depend on the energy or power', () => {
    const flat = tariffs.map((tariff) => ({
      ...tariff,
      elements: tariff.elements.map(({ components }) => ({ components })),
    }));
    fc.assert(
      fc.property(sessions, flat, fc.nat(5), (metered, tariff, at) => {
        const more = {
          ...metered,
          periods: metered.periods.map((period, index) =>
            index === at
              ? { ...period, energyWh: total([period.energyWh, '1000' as DecimalText]) as DecimalText }
              : period,
          ),
        };
        const [less, much] = [
          ratioOf(charge(metered, tariff).totalExclTax),
          ratioOf(charge(more, tariff).totalExclTax),
        ];
        expect(minus(much, less).num >= 0n).toBe(true);
      }),
    );
  });

  it('stays within the price limits, the maximum before the minimum', () => {
    fc.assert(
      fc.property(sessions, tariffs, (metered, tariff) => {
        const { excl } = price(cut(metered, tariff, ZONE), { tariffs: [tariff], zone: knownZone(ZONE) }).total;
        const [min, max] = [tariff.minPrice, tariff.maxPrice].map((one) => one && ratioOf(one.exclTax));
        if (max !== undefined) expect(minus(max, excl).num >= 0n).toBe(true);
        if (min !== undefined && (max === undefined || minus(max, min).num >= 0n)) {
          expect(minus(excl, min).num >= 0n).toBe(true);
        }
      }),
    );
  });
});

function isZero({ num }: Ratio): boolean {
  return num === 0n;
}
