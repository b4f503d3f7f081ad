import { READ_COLUMNS, type ReadRow, type ReadTable } from '@ledger/ports';
import fc from 'fast-check';
import { KEY_BYTES_MAX } from './settings';
import { fromStored, RowRefused, storedColumns, toStored } from './stored-row';

const row: ReadRow = { tenant: 'default', id: 'c-1', sort: '2026-06-01T08:15:00.000Z', columns: {}, body: '{}' };

const tables: readonly ReadTable[] = [
  'sessions',
  'charges',
  'receipts',
  'quarantine',
  'locations',
  'tariffs',
  'assignments',
];

const anyRow = fc.constantFrom(...tables).chain((table) =>
  fc.record({
    table: fc.constant(table),
    row: fc.record(
      {
        tenant: fc.string(),
        id: fc.string({ unit: 'grapheme' }),
        sort: fc.string({ unit: 'binary-ascii' }),
        columns: fc.record(Object.fromEntries(READ_COLUMNS[table].map((column) => [column, fc.string()])), {
          requiredKeys: [],
        }),
        amount: fc.constantFrom('0', '-0.50', '12.340', '99999999999999999999.9999999999'),
        quantity: fc.constantFrom('1613', '0.000'),
        body: fc.string({ unit: 'binary' }),
      },
      { requiredKeys: ['tenant', 'id', 'sort', 'columns', 'body'] },
    ),
  }),
);

describe('a stored row', () => {
  it('comes back as it was put', () => {
    fc.assert(
      fc.property(anyRow, ({ table, row: put }) => {
        const values = toStored(table, put);
        const record = Object.fromEntries(storedColumns(table).map((column, index) => [column, values[index] ?? null]));
        expect(fromStored(table, record)).toEqual(put);
      }),
    );
  });

  it.each(['', '1e3', '+1', '01', 'NaN', 'Infinity', '1.', ' 1', '1,5'])('is refused with the amount %j', (amount) => {
    expect(() => toStored('charges', { ...row, amount })).toThrow(RowRefused);
    expect(() => toStored('charges', { ...row, amount })).toThrow(
      `charges row "c-1": amount ${JSON.stringify(amount)}`,
    );
  });

  it('is refused with a column that its table does not have', () => {
    const stranger = { ...row, columns: { currency: 'EUR' } };
    expect(() => toStored('sessions', stranger)).toThrow('sessions row "c-1": the table has no column "currency"');
    expect(() => toStored('charges', stranger)).not.toThrow();
  });

  it('is refused when its keys do not fit into an index page', () => {
    const room = KEY_BYTES_MAX - Buffer.byteLength(row.tenant + row.sort);
    expect(() => toStored('tariffs', { ...row, id: 'x'.repeat(room) })).not.toThrow();
    expect(() => toStored('tariffs', { ...row, id: 'x'.repeat(room + 1) })).toThrow(`${KEY_BYTES_MAX + 1} bytes`);
    expect(() => toStored('tariffs', { ...row, id: 'é'.repeat(room) })).toThrow(RowRefused);
    expect(() => toStored('tariffs', { ...row, body: 'x'.repeat(10 * room) })).not.toThrow();
  });

  it('is a defect when the database gives less than was stored', () => {
    expect(() => fromStored('tariffs', { tenant: 'default', id: 'a', sort: 's', body: null })).toThrow('has no body');
  });
});
