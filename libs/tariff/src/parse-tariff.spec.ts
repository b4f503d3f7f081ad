import { canon, readJson } from '@ledger/units';
import { parseTariff, tariffDigest, tariffJson } from './index';
import type { Tariff, TariffReading } from './index';

const MINIMAL = {
  id: 'T1',
  currency: 'EUR',
  last_updated: '2026-01-01T00:00:00Z',
  elements: [{ price_components: [{ type: 'ENERGY', price: '0.25', step_size: 1 }] }],
};

function parsed(value: unknown, reading?: TariffReading): Tariff {
  const outcome = parseTariff(value, reading);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  return outcome.tariff;
}

function findings(value: unknown): readonly string[] {
  const outcome = parseTariff(value);
  return outcome.ok ? [] : outcome.findings.map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('reading a tariff', () => {
  it('keeps every digit of a number as its source wrote it', () => {
    const text = JSON.stringify(MINIMAL).replace('"0.25"', '0.123456789012345678901').replace('"T1"', '"T"');
    const reading = readJson(text);
    if (!reading.ok) throw new Error(reading.reason);
    expect(parsed(reading.value).elements[0]?.components[0]?.price).toBe('0.123456789012345678901');
  });

  it('refuses a fraction that already went through a binary float', () => {
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.25, step_size: 1 }] }];
    expect(findings({ ...MINIMAL, elements })).toEqual(['not-a-number /elements/0/price_components/0/price']);
  });

  it('gives the same digest for two spellings of the same tariff and another for another price', () => {
    const spelled = (price: unknown, more: object = {}) =>
      tariffDigest(
        parsed({ ...more, ...MINIMAL, elements: [{ price_components: [{ step_size: 1, type: 'ENERGY', price }] }] }),
      );
    expect(spelled('0.250', { energy_mix: null })).toBe(spelled('0.25'));
    expect(spelled('2.5e-1')).toBe(spelled('0.25'));
    expect(spelled('0.26')).not.toBe(spelled('0.25'));
  });

  it('reads its canonical form back to the same tariff', () => {
    const tariff = parsed({
      ...MINIMAL,
      ocpi_version: '2.3.0',
      country_code: 'DE',
      party_id: 'ALL',
      type: 'REGULAR',
      tariff_alt_text: [{ language: 'en', text: '2.00 an hour' }],
      tariff_alt_url: 'https://example.com/t',
      min_price: { before_taxes: '1.00', after_taxes: '1.19' },
      max_price: { before_taxes: '100' },
      preauthorize_amount: '50',
      tax_included: 'YES',
      start_date_time: '2026-01-01T01:00:00+01:00',
      end_date_time: '2027-01-01T00:00:00',
      elements: [
        {
          price_components: [{ type: 'TIME', price: '2.00', vat: '19.0', step_size: 60 }],
          restrictions: {
            start_time: '22:00',
            end_time: '06:00',
            start_date: '2026-01-01',
            end_date: '2026-12-31',
            min_kwh: '1.5',
            max_kwh: '20',
            min_current: '6',
            max_current: '32',
            min_power: '1',
            max_power: '22',
            min_duration: 60,
            max_duration: 7200,
            day_of_week: ['SUNDAY', 'MONDAY', 'SUNDAY'],
          },
        },
        {
          price_components: [{ type: 'FLAT', price: '0', step_size: 0 }],
          restrictions: { reservation: 'RESERVATION' },
        },
      ],
    });
    expect(parsed(JSON.parse(canon(tariffJson(tariff))))).toEqual(tariff);
    expect(tariff.elements[0]?.restrictions?.dayOfWeek).toEqual(['MONDAY', 'SUNDAY']);
    expect(tariff.startsAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('tells every reason at once, each with its place', () => {
    const wrong = {
      currency: 'Euro',
      last_updated: 'yesterday',
      type: 'CHEAP',
      max_price: {},
      tariff_alt_text: [{ language: 'english' }],
      elements: [
        { price_components: [] },
        {
          price_components: [{ type: 'MILES', price: 'free', vat: '-1', step_size: '1.5' }, 7],
          restrictions: {
            start_time: '24:00',
            start_date: '2026-02-30',
            day_of_week: ['MON'],
            min_kwh: '-1',
            max_duration: '1e3',
            reservation: 'YES',
          },
        },
      ],
    };
    expect(findings(wrong)).toEqual([
      'missing /id',
      'no-components /elements/0/price_components',
      'unknown-word /elements/1/price_components/0/type',
      'not-a-number /elements/1/price_components/0/price',
      'negative /elements/1/price_components/0/vat',
      'not-a-count /elements/1/price_components/0/step_size',
      'not-an-object /elements/1/price_components/1',
      'bad-form /elements/1/restrictions/start_time',
      'bad-form /elements/1/restrictions/start_date',
      'negative /elements/1/restrictions/min_kwh',
      'unknown-word /elements/1/restrictions/day_of_week/0',
      'unknown-word /elements/1/restrictions/reservation',
      'bad-form /currency',
      'bad-form /last_updated',
      'unknown-word /type',
      'missing /tariff_alt_text/0/text',
      'too-long /tariff_alt_text/0/language',
      'missing /max_price/excl_vat',
    ]);
  });

  it.each([[null], [[]], ['T1'], [7]])('refuses %j, which is no object', (value) => {
    expect(findings(value)).toEqual(['not-an-object ']);
  });

  it('treats null as absent', () => {
    expect(parsed({ ...MINIMAL, min_price: null, tax_included: null, type: null })).toEqual(parsed(MINIMAL));
  });

  it('warns of members that OCPI does not know and of what a partner may miss', () => {
    const outcome = parseTariff({ ...MINIMAL, colour: 'green' });
    expect(outcome.warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'unknown-member /colour',
      'missing /country_code',
      'missing /party_id',
    ]);
  });

  it('takes what a price needs when it is only asked for a price', () => {
    const { elements } = MINIMAL;
    expect(parsed({ elements }, { purpose: 'price' }).currency).toBe('XXX');
    expect(findings({ elements })).toEqual(['missing /id', 'missing /currency', 'missing /last_updated']);
  });

  it('tells the version from what only one of them has', () => {
    expect(parsed(MINIMAL).ocpiVersion).toBe('2.2.1');
    expect(parsed({ ...MINIMAL, tax_included: 'N/A' }).ocpiVersion).toBe('2.3.0');
    expect(parsed({ ...MINIMAL, max_price: { before_taxes: '1' } }).ocpiVersion).toBe('2.3.0');
    expect(parsed(MINIMAL, { ocpiVersion: '2.3.0' }).taxIncluded).toBe('NO');
  });
});
