import { parseInstant } from '@ledger/units';
import type { DecimalText, Instant } from '@ledger/units';
import { computeCharge, parseTariff } from './index';
import type { ComputedCharge, Metered, MeteredPeriod, Tariff } from './index';

function tariff(elements: unknown, more: object = {}): Tariff {
  const outcome = parseTariff({
    id: 'T1',
    currency: 'EUR',
    last_updated: '2026-01-01T00:00:00Z',
    elements,
    ...more,
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  return outcome.tariff;
}

const at = (text: string): Instant => {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(text);
  return instant;
};

function period(from: string, to: string, energyWh: string, state: MeteredPeriod['state']): MeteredPeriod {
  return { startedAt: at(from), endedAt: at(to), energyWh: energyWh as DecimalText, state };
}

function session(...periods: readonly MeteredPeriod[]): Metered {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a session needs a period');
  return { startedAt: first.startedAt, endedAt: last.endedAt, periods };
}

const charge = (metered: Metered, by: Tariff, zone = 'Europe/Berlin'): ComputedCharge =>
  computeCharge({ session: 's', metered, tariff: by, zone, versions: { assessment: 1 } });

const component = (type: string, price: string, more: object = {}) => ({ type, price, step_size: 1, ...more });
const amounts = ({ lines }: ComputedCharge) => lines.map((line) => [line.dimension, line.exclTax, line.inclTax]);

describe('a computed charge', () => {
  it('adds a start fee, energy and time without charging, each with its tax', () => {
    const parking = { restrictions: {}, price_components: [component('PARKING_TIME', '6', { vat: '19' })] };
    const bill = charge(
      session(
        period('2026-06-01T16:00:00Z', '2026-06-01T17:50:00Z', '20400', 'charging'),
        period('2026-06-01T17:50:00Z', '2026-06-01T18:00:00Z', '0', 'idle'),
      ),
      tariff([
        { price_components: [component('FLAT', '0.50', { vat: '19' }), component('ENERGY', '0.45', { vat: '19' })] },
        parking,
      ]),
    );
    expect(amounts(bill)).toEqual([
      ['FLAT', '0.5', '0.595'],
      ['ENERGY', '9.18', '10.9242'],
      ['PARKING_TIME', '1', '1.19'],
    ]);
    expect([bill.totalExclTax, bill.totalInclTax]).toEqual(['10.68', '12.7092']);
    expect(bill.taxes).toEqual([{ name: 'VAT', rate: '19', amount: '2.0292' }]);
  });

  it('splits energy at a price change where no reading was taken, and says so', () => {
    const bill = charge(
      session(period('2026-06-01T14:00:00Z', '2026-06-01T16:00:00Z', '10000', 'charging')),
      tariff([
        { price_components: [component('ENERGY', '0.30')], restrictions: { end_time: '17:00' } },
        { price_components: [component('ENERGY', '0.50')] },
      ]),
    );
    expect(bill.lines.map((line) => [line.startedAt, line.endedAt, line.measured, line.exclTax])).toEqual([
      ['2026-06-01T14:00:00.000Z', '2026-06-01T15:00:00.000Z', '5', '1.5'],
      ['2026-06-01T15:00:00.000Z', '2026-06-01T16:00:00.000Z', '5', '2.5'],
    ]);
    expect(bill.notes[0]).toEqual({
      code: 'period-spans-a-price-change',
      because:
        'No reading was taken at 2026-06-01T17:00:00.000+02:00; energy was taken as even between the readings around.',
    });
  });

  it('bills each hour of the night in which the clock goes back once', () => {
    const bill = charge(
      session(period('2026-10-24T23:00:00Z', '2026-10-25T03:00:00Z', '4000', 'charging')),
      tariff([
        {
          price_components: [component('ENERGY', '0.10'), component('TIME', '1')],
          restrictions: { start_time: '02:00', end_time: '03:00' },
        },
        { price_components: [component('ENERGY', '0.40')] },
      ]),
    );
    expect(amounts(bill)).toEqual([
      ['ENERGY', '0.2', '0.2'],
      ['ENERGY', '0.8', '0.8'],
      ['TIME', '2', '2'],
    ]);
    expect(bill.notes.map(({ code }) => code)).toContain('clock-change');
  });

  it('does not bill the hour that the clock jumps over', () => {
    const bill = charge(
      session(period('2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z', '2000', 'charging')),
      tariff([
        { price_components: [component('TIME', '1')], restrictions: { start_time: '02:00', end_time: '03:00' } },
      ]),
    );
    expect(bill.lines).toEqual([]);
    expect(bill.totalExclTax).toBe('0');
  });

  it('bills neither charging nor parking while the station withholds power', () => {
    const bill = charge(
      session(
        period('2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z', '5000', 'charging'),
        period('2026-06-01T11:00:00Z', '2026-06-01T12:00:00Z', '0', 'suspended'),
        period('2026-06-01T12:00:00Z', '2026-06-01T13:00:00Z', '0', 'idle'),
      ),
      tariff([{ price_components: [component('TIME', '2'), component('PARKING_TIME', '3')] }]),
    );
    expect(amounts(bill)).toEqual([
      ['TIME', '2', '2'],
      ['PARKING_TIME', '3', '3'],
    ]);
    expect(bill.notes.map(({ code }) => code)).toEqual(['no-component-for-energy', 'suspended-by-station']);
  });

  it('adds a line for what a price limit makes, so that the lines still add up', () => {
    const bill = charge(
      session(period('2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z', '1000', 'charging')),
      tariff([{ price_components: [component('ENERGY', '0.25', { vat: '10' })] }], {
        min_price: { excl_vat: '0.50', incl_vat: '0.55' },
      }),
    );
    expect(amounts(bill)).toEqual([
      ['ENERGY', '0.25', '0.275'],
      ['LIMIT', '0.25', '0.275'],
    ]);
    expect(bill.lines[1]?.because).toBe('A session costs at least 0.5 EUR (0.55 EUR with taxes).');
  });

  it('rounds the running sum, so that thirds of a cent are neither lost nor invented', () => {
    const third = [component('TIME', '0.0001'), component('PARKING_TIME', '0.0001'), component('ENERGY', '0.0001')];
    const bill = charge(
      session(
        period('2026-06-01T10:00:00Z', '2026-06-01T10:20:00Z', '333', 'charging'),
        period('2026-06-01T10:20:00Z', '2026-06-01T10:40:00Z', '1', 'idle'),
      ),
      tariff([{ price_components: third }]),
    );
    expect(bill.lines.map((line) => line.exclTax)).toEqual(['0', '0.0001', '0']);
    expect(bill.totalExclTax).toBe('0.0001');
  });

  it('refuses a zone that does not exist', () => {
    const metered = session(period('2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z', '1', 'charging'));
    expect(() => charge(metered, tariff([{ price_components: [component('ENERGY', '1')] }]), 'Mars')).toThrow('Mars');
  });

  it('refuses periods that overlap', () => {
    const metered = session(
      period('2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z', '1', 'charging'),
      period('2026-06-01T10:30:00Z', '2026-06-01T11:30:00Z', '1', 'charging'),
    );
    expect(() => charge(metered, tariff([{ price_components: [component('ENERGY', '1')] }]))).toThrow('begins before');
  });
});
