import { readJson, zoneOf } from '@ledger/units';
import { cutIntervals, type Interval } from '../cut';
import { planOf } from '../plan-of';
import { priceByPlans } from '../price';
import { pricePlainLine } from './plain-line';
import { lineBytesOf } from './price-line';
import { readTariff } from './request';

const START = Date.parse('2026-03-28T06:00:00Z');
const STEP_MS = 30_000;
const FEW = 1_000;
const MANY = 10_000;

const tariff = (id: string): string =>
  JSON.stringify({
    id,
    elements: [
      {
        price_components: [{ type: 'ENERGY', price: 0.3, vat: 19, step_size: 100 }],
        restrictions: { start_time: '07:00', end_time: '19:00', max_kwh: 50 },
      },
      {
        price_components: [
          { type: 'ENERGY', price: 0.21 },
          { type: 'TIME', price: 1 },
        ],
      },
    ],
  });

/** An object or list that counts how often it is looked into. */
function counted<Of extends object>(target: Of, count: () => void): Of {
  return new Proxy(target, {
    get: (object, name) => {
      count();
      return Reflect.get(object, name) as unknown;
    },
  });
}

/** How often the bytes of a line with so many entries are looked at. */
function looksAtLine(entries: 'charging_periods' | 'meter_readings', size: number, isShuffled: boolean): number {
  const at = (index: number): string => new Date(START + index * STEP_MS).toISOString();
  const list = Array.from({ length: size }, (_, index) =>
    entries === 'charging_periods'
      ? { start_date_time: at(index), dimensions: [{ type: 'ENERGY', volume: 1 }] }
      : { timestamp: at(index), energy_kwh: 1_000_000 + index, charging: true },
  );
  const session = {
    start_date_time: at(0),
    end_date_time: at(size),
    [entries]: isShuffled ? list.toReversed() : list,
  };
  const head = JSON.stringify({ id: 'a', ocpi_version: '2.2.1', timezone: 'Europe/Berlin', session });
  const lines = lineBytesOf(`${head.slice(0, -1)},"tariff":${tariff(`${entries}-${size}-${isShuffled}`)}}`);
  if (lines === undefined) throw new Error('not ASCII');
  let looks = 0;
  const bytes = counted(lines.bytes, () => (looks += 1));
  pricePlainLine({ bytes, text: lines.text }, 0);
  return looks;
}

/** How often the intervals of a session and its pieces are looked at while it is cut and priced. */
function looksAtPeriods(size: number): number {
  const reading = readJson(tariff('T'));
  const zone = zoneOf('Europe/Berlin');
  if (!reading.ok || zone === undefined) throw new Error('no tariff or no zone');
  let looks = 0;
  const count = (): void => void (looks += 1);
  const intervals = Array.from({ length: size }, (_, index): Interval => {
    const startMs = START + index * STEP_MS;
    const state = { isCharging: true, isParking: false, power: undefined, current: undefined };
    return counted({ startMs, endMs: startMs + STEP_MS, energy: 37n, ...state }, count);
  });
  const plan = planOf(readTariff(reading.value, '2.2.1'));
  const whole = { startMs: START, endMs: START + size * STEP_MS, energyPerKwh: 1_000n };
  const list = cutIntervals({ ...whole, intervals: counted(intervals, count) }, plan, zone);
  const periods = list.periods.map((period) => counted(period, count));
  priceByPlans({ ...list, periods: counted(periods, count) }, { plans: [plan], zone: counted(zone, count) });
  return looks;
}

describe('the cost of a session', () => {
  it.each([
    ['charging_periods', false],
    ['charging_periods', true],
    ['meter_readings', false],
    ['meter_readings', true],
  ] as const)('to read grows with its %s and no faster (reversed: %s)', (entries, isShuffled) => {
    const few = looksAtLine(entries, FEW, isShuffled);
    expect(few).toBeGreaterThan(FEW);
    expect(looksAtLine(entries, MANY, isShuffled)).toBeLessThan((few * MANY * 1.05) / FEW);
  });

  it('to cut and price grows with its periods and no faster', () => {
    const few = looksAtPeriods(FEW);
    expect(few).toBeGreaterThan(FEW);
    expect(looksAtPeriods(MANY)).toBeLessThan((few * MANY * 1.05) / FEW);
  });
});
