import type { ReadModel, ReadRow } from './read-model';
import { row, store } from './read-model-rows.contract';
import { unique } from './trial.contract';

/** The part of the contract for exact sums. */
export function answersTotals(model: () => ReadModel): void {
  it('adds up exactly, by currency, in order of currency', async () => {
    const tenant = unique('tenant');
    await store(model(), 'charges', [
      charge(tenant, 'a', { currency: 'EUR', amount: '0.1', quantity: '10' }),
      charge(tenant, 'b', { currency: 'EUR', amount: '0.2', quantity: '0.5' }),
      charge(tenant, 'c', { currency: 'CHF', amount: '-5.00', quantity: '7' }),
      charge(tenant, 'd', { currency: 'CHF', amount: '5', quantity: '7' }),
      row(tenant, 'e', { amount: '1' }),
    ]);
    expect(await model().totals({ table: 'charges', tenant })).toEqual([
      { currency: '', count: 1, amount: '1', quantity: '0' },
      { currency: 'CHF', count: 2, amount: '0', quantity: '14' },
      { currency: 'EUR', count: 2, amount: '0.3', quantity: '10.5' },
    ]);
  });

  it('loses no digit of long numbers, small ones and negative ones', async () => {
    const tenant = unique('tenant');
    const amounts = [
      '9999999999999999999999999.01',
      '0.00000000000000000001',
      '-0.000000001',
      '9223372036.854775807',
      '9223372036.854775807',
    ];
    await store(
      model(),
      'charges',
      amounts.map((amount, index) => charge(tenant, `${index}`, { currency: 'EUR', amount, quantity: `-${index}.5` })),
    );
    expect(await model().totals({ table: 'charges', tenant })).toEqual([
      { currency: 'EUR', count: 5, amount: '10000000000000018446744072.71955161300000000001', quantity: '-12.5' },
    ]);
  });

  it('adds up what matches, alone', async () => {
    const tenant = unique('tenant');
    const state = (id: string, name: string, sort: string): ReadRow =>
      row(tenant, id, { sort, columns: { currency: 'EUR', state: name }, amount: '1.25' });
    await store(model(), 'charges', [
      state('a', 'final', '1'),
      state('b', 'final', '2'),
      state('c', 'held', '2'),
      state('d', 'final', '3'),
    ]);
    const sum = { currency: 'EUR', count: 1, amount: '1.25', quantity: '0' };
    const [table, where] = ['charges' as const, { state: 'final' }];
    expect(await model().totals({ table, tenant, where, from: '2', to: '3' })).toEqual([sum]);
    expect(await model().totals({ table, tenant, where })).toEqual([{ ...sum, count: 3, amount: '3.75' }]);
    expect(await model().totals({ table, tenant, where: { state: 'nothing' } })).toEqual([]);
  });

  it('counts rows of tables without a currency under none', async () => {
    const tenant = unique('tenant');
    await store(
      model(),
      'sessions',
      ['a', 'b'].map((id) => row(tenant, id, { quantity: '1000.5' })),
    );
    expect(await model().totals({ table: 'sessions', tenant })).toEqual([
      { currency: '', count: 2, amount: '0', quantity: '2001' },
    ]);
  });
}

function charge(tenant: string, id: string, of: { currency: string; amount: string; quantity: string }): ReadRow {
  return row(tenant, id, { columns: { currency: of.currency }, amount: of.amount, quantity: of.quantity });
}
