import { lintTariff, parseTariff } from './index';

function codes(elements: object[], more: object = {}, zone?: string): readonly string[] {
  const outcome = parseTariff({ id: 'T', currency: 'EUR', last_updated: '2026-01-01T00:00:00Z', elements, ...more });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  const findings = lintTariff(outcome.tariff, zone === undefined ? {} : { zone });
  return findings.map(({ code, pointer }) => `${code} ${pointer}`);
}

const of = (...types: readonly string[]) => types.map((type) => ({ type, price: '1', step_size: 1 }));
const all = { price_components: of('ENERGY', 'TIME', 'PARKING_TIME') };

describe('the linter of tariffs', () => {
  it('has nothing to say about a tariff that prices everything once', () => {
    expect(codes([all])).toEqual([]);
  });

  it('has nothing to say about a tariff that is free of charge', () => {
    expect(codes([{ price_components: [{ type: 'FLAT', price: '0', step_size: 0 }] }])).toEqual([]);
  });

  it('names dimensions that nothing prices', () => {
    expect(codes([{ price_components: of('ENERGY') }])).toEqual([
      'dimension-not-priced /elements',
      'dimension-not-priced /elements',
    ]);
  });

  it('names components that an earlier element hides', () => {
    expect(codes([all, { price_components: of('ENERGY'), restrictions: { min_kwh: '5' } }])).toEqual([
      'never-matches /elements/1/price_components/0',
    ]);
  });

  it('names bounds between which nothing fits', () => {
    const found = codes([
      { price_components: of('ENERGY'), restrictions: { min_kwh: '10', max_kwh: '9.5' } },
      { price_components: of('ENERGY'), restrictions: { start_date: '2026-02-01', end_date: '2026-02-01' } },
      { price_components: of('ENERGY'), restrictions: { max_duration: 0 } },
      all,
    ]);
    expect(found).toEqual([
      'never-matches /elements/0/restrictions/max_kwh',
      'never-matches /elements/1/restrictions/end_date',
      'never-matches /elements/2/restrictions/max_duration',
    ]);
  });

  it('names a window that starts when it ends, but not the whole day', () => {
    const window = (start: string, end: string) => ({
      price_components: of('ENERGY'),
      restrictions: { start_time: start, end_time: end },
    });
    expect(codes([window('12:00', '12:00'), all])).toEqual(['start-equals-end /elements/0/restrictions/end_time']);
    expect(codes([window('00:00', '00:00'), all])).toEqual([]);
  });

  it('names windows that overlap and hours without a price', () => {
    const found = codes([
      {
        price_components: of('ENERGY', 'TIME', 'PARKING_TIME'),
        restrictions: { start_time: '22:00', end_time: '07:00' },
      },
      {
        price_components: of('ENERGY', 'TIME', 'PARKING_TIME'),
        restrictions: { start_time: '06:00', end_time: '20:00' },
      },
    ]);
    expect(found).toEqual([
      'gap /elements/1/restrictions',
      'gap /elements/1/restrictions',
      'gap /elements/1/restrictions',
      'overlap /elements/1/restrictions',
    ]);
  });

  it('names hours that a clock change skips or repeats, given a zone', () => {
    const night = { ...all, restrictions: { start_time: '02:30', end_time: '03:00' } };
    expect(codes([night, all], {}, 'Europe/Berlin')).toEqual([
      'hour-skipped /elements/0/restrictions/start_time',
      'hour-repeated /elements/0/restrictions/start_time',
    ]);
    expect(codes([night, all], {}, 'Asia/Kolkata')).toEqual([]);
    expect(codes([all], {}, 'Mars/Olympus')).toEqual(['unknown-time-zone ']);
  });

  it('names price limits that cross or say less than they seem', () => {
    const limits = { min_price: { excl_vat: '9' }, max_price: { excl_vat: '4', incl_vat: '3' } };
    expect(codes([all], limits)).toEqual([
      'max-below-min /min_price/excl_vat',
      'limit-without-taxes /min_price',
      'taxes-below-zero /max_price/incl_vat',
    ]);
  });

  it('names odd components', () => {
    const found = codes(
      [
        {
          price_components: [
            { type: 'ENERGY', price: '-1', vat: '190', step_size: 0 },
            { type: 'ENERGY', price: '1', step_size: 1 },
            { type: 'TIME', price: '1', step_size: 7200 },
            { type: 'PARKING_TIME', price: '1', step_size: 1 },
          ],
        },
      ],
      { start_date_time: '2026-02-01T00:00:00Z', end_date_time: '2026-01-01T00:00:00Z' },
    );
    expect(found).toEqual([
      'never-valid /end_date_time',
      'negative-price /elements/0/price_components/0/price',
      'vat-above-100 /elements/0/price_components/0/vat',
      'step-size-zero /elements/0/price_components/0/step_size',
      'component-twice /elements/0/price_components/1',
      'step-size-large /elements/0/price_components/2/step_size',
    ]);
  });

  it('names components that no reservation can use', () => {
    expect(codes([{ price_components: of('ENERGY'), restrictions: { reservation: 'RESERVATION' } }, all])).toEqual([
      'not-for-reservations /elements/0/price_components/0/type',
    ]);
  });
});
