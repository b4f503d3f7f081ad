import { parseInstant } from '@ledger/units';
import type { DecimalText, Instant } from '@ledger/units';
import { DEFAULT_READINGS, computeCharge, parseTariff } from './index';
import type { MeteredPeriod, PricingReadings } from './index';

function at(time: string): Instant {
  const instant = parseInstant(`2026-06-01T${time}:00Z`);
  if (instant === undefined) throw new Error(time);
  return instant;
}

const period = (from: string, to: string, energyWh: string, state: MeteredPeriod['state']): MeteredPeriod => ({
  startedAt: at(from),
  endedAt: at(to),
  energyWh: energyWh as DecimalText,
  state,
});

function total(
  elements: readonly object[],
  periods: readonly MeteredPeriod[],
  other: Partial<PricingReadings>,
): string {
  const outcome = parseTariff({ id: 'T', currency: 'EUR', last_updated: '2026-01-01T00:00:00Z', elements });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  const metered = { startedAt: at('10:00'), endedAt: at('14:00'), periods };
  const readings = { ...DEFAULT_READINGS, ...other };
  const bill = computeCharge({
    session: 's',
    metered,
    tariff: outcome.tariff,
    zone: 'UTC',
    versions: { assessment: 1, timeZones: 'x' },
    readings,
  });
  expect(bill.readings).toEqual(readings);
  expect(bill.versions).toEqual({ assessment: 1, pricing: 1, timeZones: 'x' });
  return bill.totalExclTax;
}

const of = (type: string, price: string, step = 1) => ({ type, price, step_size: step });

describe('readings of what OCPI leaves open', () => {
  it('count for step_size what is billable, or all that was used', () => {
    const elements = [{ price_components: [of('ENERGY', '1', 1000)], restrictions: { start_time: '11:00' } }];
    const periods = [period('10:00', '11:00', '700', 'charging'), period('11:00', '12:00', '700', 'charging')];
    expect(total(elements, periods, {})).toBe('1');
    expect(total(elements, periods, { stepSizeCounts: 'everything' })).toBe('1.3');
  });

  it('bill no time while the station withholds power, or bill it as charging', () => {
    const elements = [{ price_components: [of('TIME', '2'), of('PARKING_TIME', '3')] }];
    const periods = [period('10:00', '11:00', '700', 'charging'), period('11:00', '12:00', '0', 'suspended')];
    expect(total(elements, periods, {})).toBe('2');
    expect(total(elements, periods, { suspendedTime: 'as-charging' })).toBe('4');
  });

  it('charge the first start fee alone, or each that becomes active', () => {
    const elements = [
      { price_components: [of('FLAT', '5')], restrictions: { min_duration: 7200 } },
      { price_components: [of('FLAT', '1')] },
    ];
    const periods = [period('10:00', '14:00', '0', 'idle')];
    expect(total(elements, periods, {})).toBe('1');
    expect(total(elements, periods, { flat: 'each-once' })).toBe('6');
  });

  it('charge a start fee when its window opens in the middle of the session', () => {
    const elements = [{ price_components: [of('FLAT', '5')], restrictions: { start_time: '12:00' } }];
    expect(total(elements, [period('10:00', '11:00', '0', 'idle')], {})).toBe('0');
    expect(total(elements, [period('10:00', '13:00', '0', 'idle')], {})).toBe('5');
  });

  it('multiply a negative price as it is', () => {
    const elements = [{ price_components: [of('ENERGY', '-0.2')] }];
    expect(total(elements, [period('10:00', '11:00', '1500', 'charging')], {})).toBe('-0.3');
  });

  it('take a current that nobody measured as within any bound, or as within none', () => {
    const elements = [
      { price_components: [of('ENERGY', '1')], restrictions: { max_current: '16' } },
      { price_components: [of('ENERGY', '2')] },
    ];
    const periods = [period('10:00', '11:00', '1000', 'charging')];
    expect(total(elements, periods, {})).toBe('1');
    expect(total(elements, periods, { unknownPower: 'does-not-match' })).toBe('2');
    const measured = periods.map((one) => ({ ...one, currentA: '32' as DecimalText }));
    expect(total(elements, measured, {})).toBe('2');
  });

  it('ignore a stretch of no quantity, or let it be the last relevant one', () => {
    const elements = [
      { price_components: [of('ENERGY', '1', 1000)], restrictions: { end_time: '11:00' } },
      { price_components: [of('ENERGY', '2', 5000)] },
    ];
    const periods = [period('10:00', '11:00', '700', 'charging'), period('11:00', '12:00', '0', 'idle')];
    expect(total(elements, periods, {})).toBe('1');
    expect(total(elements, periods, { statedZero: 'counts' })).toBe('9.3');
  });
});
