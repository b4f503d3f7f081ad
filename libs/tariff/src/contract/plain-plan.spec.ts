import fc from 'fast-check';
import { readJson } from '@ledger/units';
import type { TariffPlan } from '../plan';
import { planOf } from '../plan-of';
import { ratioText } from '../ratio';
import {
  DAYS_OF_WEEK,
  OCPI_VERSIONS,
  RESERVATION_KINDS,
  TARIFF_DIMENSIONS,
  TARIFF_TYPES,
  TAX_INCLUDED,
} from '../tariff';
import { JsonCursor, NotPlain, type LineBytes } from './json-cursor';
import { plainPlan } from './plain-plan';
import { lineBytesOf, priceContractBytes } from './price-line';
import { readTariff } from './request';
import { NEW_TARIFFS_LOOK_EVERY, NEW_TARIFFS_MAX, newPlanAt, plansIn, type TariffSpan } from './tariff-cache';

const amounts = fc.integer({ min: 0, max: 99_999 }).map((tenThousandths) => tenThousandths / 10_000);
const counts = fc.integer({ min: 0, max: 90_000 });
const times = fc.constantFrom('00:00', '06:30', '08:00', '23:59');
const dates = fc.constantFrom('2026-01-01', '2026-02-28', '2028-02-29', '1970-01-01');
const moments = fc.constantFrom('2026-06-01T08:00:00Z', '2026-06-01T08:00:00.250Z', '2024-02-29T00:00:00');
const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null, freq: 5 });
const limits = fc.oneof(
  fc.record({ excl_vat: amounts, incl_vat: orNull(amounts) }, { requiredKeys: ['excl_vat'] }),
  fc.record({ before_taxes: amounts, after_taxes: amounts }, { requiredKeys: ['before_taxes'] }),
);
const components = fc.record(
  {
    type: fc.constantFrom(...TARIFF_DIMENSIONS),
    price: amounts,
    vat: orNull(fc.constantFrom(0, 7, 19, 25.5)),
    step_size: counts,
  },
  { requiredKeys: ['type', 'price'] },
);
const restrictions = fc.record(
  {
    start_time: times,
    end_time: times,
    start_date: dates,
    end_date: dates,
    min_kwh: amounts,
    max_kwh: orNull(amounts),
    min_power: amounts,
    max_power: amounts,
    min_current: amounts,
    max_current: amounts,
    min_duration: counts,
    max_duration: counts,
    day_of_week: fc.array(fc.constantFrom(...DAYS_OF_WEEK), { maxLength: 8 }),
    reservation: fc.constantFrom(...RESERVATION_KINDS),
  },
  { requiredKeys: [] },
);
const elements = fc.record(
  { price_components: fc.array(components, { minLength: 1, maxLength: 6 }), restrictions: orNull(restrictions) },
  { requiredKeys: ['price_components'] },
);
const tariffs = fc.record(
  {
    id: fc.constantFrom('T', 'a tariff of a long name'),
    currency: fc.constantFrom('EUR', 'GBP'),
    country_code: fc.constant('DE'),
    party_id: fc.constant('ABC'),
    type: fc.constantFrom(...TARIFF_TYPES),
    min_price: orNull(limits),
    max_price: limits,
    tax_included: fc.constantFrom(...TAX_INCLUDED),
    start_date_time: moments,
    end_date_time: moments,
    last_updated: moments,
    elements: fc.array(elements, { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['elements'] },
);
const versions = fc.constantFrom(...OCPI_VERSIONS);

function linesOf(text: string): LineBytes {
  const lines = lineBytesOf(text);
  if (lines === undefined) throw new Error(`not ASCII: ${text}`);
  return lines;
}

/** What a plan says, its terms reduced to what pricing asks for. */
function told({ terms: { id, taxIncluded, startsAt, endsAt }, ...plan }: TariffPlan): object {
  return { ...plan, terms: { id, taxIncluded, startsAt, endsAt } };
}

/** The same with fractions as their shortest form: a number may end in zeros. */
function valuesOf(plan: TariffPlan): unknown {
  const shortest = (_name: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('num' in value && 'den' in value)) return value;
    const { num, den } = value as { readonly num: bigint; readonly den: bigint };
    return ratioText({ num, den }, 20);
  };
  return JSON.parse(JSON.stringify(told(plan), shortest));
}

function strictPlan(text: string, version: (typeof OCPI_VERSIONS)[number]): TariffPlan | undefined {
  const reading = readJson(text);
  try {
    return reading.ok ? planOf(readTariff(reading.value, version)) : undefined;
  } catch {
    return undefined;
  }
}

function plainOrNot(text: string, version: (typeof OCPI_VERSIONS)[number]): TariffPlan | undefined {
  try {
    return plainPlan(new JsonCursor(linesOf(text), 0), version);
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

describe('the plain reader of tariffs', () => {
  it('makes the same plan as the strict one, and leaves to it what would be refused', () => {
    let plain = 0;
    fc.assert(
      fc.property(tariffs, versions, (tariff, version) => {
        const text = JSON.stringify(tariff);
        const strict = strictPlan(text, version);
        const found = plainOrNot(text, version);
        if (found !== undefined) plain += 1;
        expect(found === undefined ? undefined : told(found)).toEqual(strict === undefined ? undefined : told(strict));
      }),
      { numRuns: 500 },
    );
    expect(plain).toBeGreaterThan(250);
  });

  it('never takes a damaged tariff for another one', () => {
    const damages = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      remove: fc.nat(2),
      insert: fc.constantFrom('', ...'"{}[],:.-0e \\'.split(''), 'null', '00', '"type":"TIME",', '"id":"b",'),
    });
    fc.assert(
      fc.property(tariffs, versions, damages, (tariff, version, { at, remove, insert }) => {
        const whole = JSON.stringify(tariff);
        const from = Math.floor(at * whole.length);
        const text = `${whole.slice(0, from)}${insert}${whole.slice(from + remove)}`;
        const found = plainOrNot(text, version);
        // A cursor ends with the object; what follows is looked at by who reads the line.
        const strict = strictPlan(text, version);
        if (found !== undefined && strict !== undefined) expect(valuesOf(found)).toEqual(valuesOf(strict));
        if (found !== undefined && strict === undefined) expect(readJson(text).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('tariffs that come again', () => {
  const tariff = (id: string, price: number): string =>
    JSON.stringify({ id, elements: [{ price_components: [{ type: 'ENERGY', price, step_size: 1 }] }] });

  function spanOf(text: string): TariffSpan {
    const lines = linesOf(`  ${text}, and what follows`);
    const cursor = new JsonCursor(lines, 0);
    cursor.span();
    return { lines, from: cursor.from, to: cursor.at, hash: cursor.hash, version: '2.2.1', isList: false };
  }

  it('are read anew the first time and kept from the second on', () => {
    const [first, second, third] = [1, 2, 3].map(() => plansIn(spanOf(tariff('again', 0.25))));
    expect(first).toEqual(second);
    expect(first).not.toBe(second);
    expect(third).toBe(second);
  });

  it('are told apart by their bytes where their hashes are equal', () => {
    // "Aa" and "BB" have the same hash: 31 * 65 + 97 is 31 * 66 + 66.
    const [one, other] = [spanOf(tariff('Aa', 0.5)), spanOf(tariff('BB', 0.5))];
    expect(one.hash).toBe(other.hash);
    for (let round = 0; round < 3; round += 1) {
      expect(plansIn(one)[0]?.terms.id).toBe('Aa');
      expect(plansIn(other)[0]?.terms.id).toBe('BB');
    }
  });

  it('are read by the strict reader where they are not plain', () => {
    const span = spanOf(`${tariff('x', 0.5).slice(0, -1)},"tariff_alt_text":[{"language":"de","text":"halb"}]}`);
    expect(plansIn(span)[0]?.terms.id).toBe('x');
  });
});

describe('a stream in which each line has a tariff of its own', () => {
  const tariff = (id: string, more = ''): string =>
    `{"id":"${id}","elements":[{"price_components":[{"type":"ENERGY","price":0.5}]}]${more}}`;
  const line = (id: string, tariffText: string): LineBytes =>
    linesOf(
      `{"id":"${id}","ocpi_version":"2.2.1","tariff":${tariffText},"timezone":"UTC","session":{` +
        '"start_date_time":"2026-06-01T08:00:00Z","end_date_time":"2026-06-01T09:00:00Z","charging_periods":' +
        '[{"start_date_time":"2026-06-01T08:00:00Z","dimensions":[{"type":"ENERGY","volume":2}]}]}}',
    );
  const answerTo = (lines: LineBytes): string => priceContractBytes(lines, 0) ?? 'not plain';
  const COST = '"total_energy_cost":{"excl_vat":1,"incl_vat":1}';

  /** Whether the next tariff is read at once. */
  function isReadAtOnce(text: string): boolean {
    const cursor = new JsonCursor(linesOf(text), 0);
    return newPlanAt(cursor, '2.2.1')?.terms.id !== undefined && cursor.at === text.length;
  }

  function readAgain(text: string): void {
    for (let index = 0; index < 2 * NEW_TARIFFS_LOOK_EVERY; index += 1) answerTo(line('a', text));
  }

  function readNew(name: string): void {
    readAgain(tariff(name));
    for (let index = 0; index <= NEW_TARIFFS_MAX; index += 1) answerTo(line('a', tariff(`${name}-${index}`)));
  }

  it('has its tariffs read at once, with the same answers', () => {
    readNew('first');
    expect(isReadAtOnce(tariff('first-at-once'))).toBe(true);
    expect(answerTo(line('a', tariff('own')))).toContain(COST);
    expect(answerTo(line('a', `${tariff('own')},"tariffs":[${tariff('b')}]`))).toBe('not plain');
    expect(answerTo(line('a', `${tariff('own')}}`))).toBe('not plain');
  });

  it('is one no longer as soon as a tariff comes again, or one that is not plain', () => {
    readNew('second');
    expect(isReadAtOnce(tariff('second-at-once'))).toBe(true);
    readAgain(tariff('again and again'));
    expect(isReadAtOnce(tariff('after the same one'))).toBe(false);

    readNew('third');
    expect(isReadAtOnce(tariff('third-at-once'))).toBe(true);
    const texts = ',"tariff_alt_text":[{"language":"de","text":"halb"}]';
    expect(answerTo(line('a', tariff('not plain', texts)))).toContain(COST);
    expect(isReadAtOnce(tariff('after one that is not plain'))).toBe(false);
  });
});
