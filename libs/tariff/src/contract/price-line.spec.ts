import fc from 'fast-check';
import { parseInstant } from '@ledger/units';
import { NotPlain } from './json-cursor';
import { plainInstantMs } from './plain-instant';
import { pricePlainLine } from './plain-line';
import { lineBytesOf, priceAnyLine, priceContractLine } from './price-line';

const tariff = {
  id: 'T',
  currency: 'EUR',
  last_updated: '2026-01-01T00:00:00Z',
  elements: [
    { price_components: [{ type: 'ENERGY', price: 0.25, vat: 19, step_size: 1 }], restrictions: { max_power: 11 } },
    { price_components: [{ type: 'ENERGY', price: 0.5, step_size: 100 }], restrictions: { end_time: '12:00' } },
    { price_components: ['TIME', 'PARKING_TIME', 'FLAT'].map((type) => ({ type, price: 1.5, vat: 7, step_size: 60 })) },
  ],
};
const session = {
  start_date_time: '2026-06-01T08:00:00Z',
  end_date_time: '2026-06-01T09:00:00Z',
  charging_periods: [
    {
      start_date_time: '2026-06-01T08:00:00Z',
      dimensions: [
        { type: 'ENERGY', volume: 7.5 },
        { type: 'TIME', volume: 1 },
      ],
    },
  ],
};
const line = { id: 'a', ocpi_version: '2.2.1', tariff, timezone: 'Europe/Berlin', session };

function answer(value: object): { readonly id: unknown; readonly error?: string; readonly total_cost?: object } {
  return JSON.parse(priceContractLine(JSON.stringify(value))) as ReturnType<typeof answer>;
}

describe('one line of the pricing contract', () => {
  it('is answered with the total and its parts', () => {
    expect(answer(line)).toEqual({
      id: 'a',
      total_cost: { excl_vat: 4.875, incl_vat: 5.4413 },
      total_fixed_cost: { excl_vat: 1.5, incl_vat: 1.605 },
      total_energy_cost: { excl_vat: 1.875, incl_vat: 2.2313 },
      total_time_cost: { excl_vat: 1.5, incl_vat: 1.605 },
      total_parking_cost: null,
      total_reservation_cost: null,
    });
  });

  it.each([
    ['no JSON', '{"id":"x","tariff":', 'x', '/tariff'],
    ['an empty line', '', null, ''],
    ['a list', '[]', null, 'must be a JSON object'],
    ['no tariff', JSON.stringify({ ...line, tariff: null }), 'a', 'no tariff'],
    ['no session', JSON.stringify({ ...line, session: null }), 'a', '/session'],
    ['an unknown zone', JSON.stringify({ ...line, timezone: 'Mars/Olympus' }), 'a', 'Mars/Olympus'],
    ['an unknown version', JSON.stringify({ ...line, ocpi_version: '2.1.1' }), 'a', '2.1.1'],
    ['a wrong tariff', JSON.stringify({ ...line, tariff: { ...tariff, elements: [] } }), 'a', '/elements'],
    [
      'a session that ends first',
      JSON.stringify({ ...line, session: { ...session, end_date_time: '2026-05-01T00:00:00Z' } }),
      'a',
      'before it starts',
    ],
    ['an empty list of tariffs', JSON.stringify({ ...line, tariff: undefined, tariffs: [] }), 'a', 'no tariff'],
    ['a numeric id', JSON.stringify({ ...line, id: 7, session: null }), 7, '/session'],
  ])('is answered with a reason: %s', (_, text, id, reason) => {
    const { id: copied, error } = JSON.parse(priceContractLine(text)) as ReturnType<typeof answer>;
    expect(copied).toBe(id);
    expect(error).toContain(reason);
  });

  it('refuses a register that goes back and readings outside of the session', () => {
    const readings = (...entries: readonly (readonly [string, number])[]) => ({
      ...line,
      session: {
        ...session,
        charging_periods: null,
        meter_readings: entries.map(([time, kwh]) => ({
          timestamp: `2026-06-01T${time}:00Z`,
          energy_kwh: kwh,
          charging: true,
        })),
      },
    });
    expect(answer(readings(['08:00', 5], ['09:00', 4])).error).toContain('goes back');
    expect(answer(readings(['07:00', 5], ['09:00', 6])).error).toContain('outside');
  });

  it('treats null and absent alike', () => {
    const nulls = { ...line, tariffs: null, session: { ...session, credit: null, reservation_expired: null } };
    expect(answer(nulls)).toEqual(answer(line));
  });

  it('reads the same from any order of periods', () => {
    const later = { start_date_time: '2026-06-01T08:30:00Z', dimensions: [{ type: 'PARKING_TIME', volume: 0.5 }] };
    const [first] = session.charging_periods;
    const inOrder = (charging_periods: readonly unknown[]) =>
      answer({ ...line, session: { ...session, charging_periods } });
    expect(inOrder([later, first])).toEqual(inOrder([first, later]));
  });
});

/** Of the form that the plain reader takes, and not before its first year. */
function isOfThePlainForm(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z?$/.test(text) && text >= '1970';
}

const instants = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('the plain reader', () => {
  it('reads every instant as the strict one does', () => {
    const texts = fc.oneof(
      instants.map((text) => `${text.slice(0, 19)}Z`),
      instants,
      instants.map((text) => text.replace(/\d/, '9')),
      fc.string({ unit: fc.constantFrom(...'0123456789-:TZ'.split('')) }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const instant = parseInstant(text);
        const plain = plainInstantMs(Buffer.from(text), 0, text.length);
        if (plain !== undefined || isOfThePlainForm(text)) {
          expect(plain).toBe(instant === undefined ? undefined : Date.parse(instant));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same bytes as the strict reader or leaves the line to it', () => {
    const text = JSON.stringify(line);
    const damage = fc.record({
      at: fc.nat(text.length - 1),
      remove: fc.nat(3),
      insert: fc.oneof(
        fc.constant(''),
        fc.constantFrom(...'"{}[],:.-0123456789eE \\\u00e9'.split('')),
        fc.constantFrom('null', '1e2', '12345678901234567'),
      ),
    });
    let plain = 0;
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 2 }), (damages) => {
        const broken = damages.reduce(
          (old, { at, remove, insert }) => `${old.slice(0, at)}${insert}${old.slice(at + remove)}`,
          text,
        );
        const strict = priceAnyLine(broken);
        try {
          const lines = lineBytesOf(broken);
          if (lines !== undefined) {
            pricePlainLine(lines, 0);
            plain += 1;
          }
        } catch (error) {
          if (!(error instanceof NotPlain) && !(error instanceof Error && error.constructor.name === 'BadLine'))
            throw error;
        }
        expect(priceContractLine(broken)).toBe(strict);
      }),
      { numRuns: 1_500 },
    );
    expect(plain).toBeGreaterThan(100);
  });
});
