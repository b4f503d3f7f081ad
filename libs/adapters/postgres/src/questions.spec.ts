import { BadCursor, cursorAfter, PAGE_ROWS_MAX, type PageQuery } from '@ledger/ports';
import { pageQuestion, rowQuestion, totalsQuestion } from './questions';

const query: PageQuery = { table: 'assignments', tenant: 't', order: 'oldest-first', limit: 10 };
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const row = { tenant: 't', id: 'a', sort: 's', columns: {}, body: '{}' };
const COLUMNS = '"tenant", "id", "sort", "tariff", "amount", "quantity", "body"';

describe('questions', () => {
  it('find one row', () => {
    const { text, values } = rowQuestion('ledger', 'assignments', { tenant: 't', id: 'a\u0000' });
    expect(flat(text)).toBe(`SELECT ${COLUMNS} FROM "ledger"."assignments" WHERE tenant = $1 AND id = $2`);
    expect(values).toEqual(['t', 'a\u0001\u0001']);
  });

  it('filter by everything that is asked, and by parameters only', () => {
    const { text, values } = pageQuestion('ledger', {
      ...query,
      where: { tariff: "AC'; --" },
      atMost: { column: 'tariff', text: 'B' },
      from: '2026',
      to: '2027',
    });
    expect(flat(text)).toBe(
      `SELECT ${COLUMNS} FROM "ledger"."assignments" WHERE tenant = $1 AND "tariff" = $2 AND "tariff" <= $3` +
        ' AND "sort" >= $4 AND "sort" < $5 ORDER BY "sort" ASC, "id" ASC LIMIT 11',
    );
    expect(values).toEqual(['t', "AC'; --", 'B', '2026', '2027']);
  });

  it.each([
    ['oldest-first', '("sort", "id") > ($2, $3) ORDER BY "sort" ASC, "id" ASC', ['t', 's', 'a']],
    ['newest-first', '("sort", "id") < ($2, $3) ORDER BY "sort" DESC, "id" DESC', ['t', 's', 'a']],
    ['by-id', '("id") > ($2) ORDER BY "id" ASC', ['t', 'a']],
  ] as const)('go on after the cursor, %s', (order, end, parameters) => {
    const asked = { ...query, order };
    const { text, values } = pageQuestion('ledger', { ...asked, cursor: cursorAfter(asked, row) });
    expect(flat(text)).toContain(`WHERE tenant = $1 AND ${end}`);
    expect(values).toEqual(parameters);
  });

  it('order, bound and go on by another column, which has to be there, and pass rows over', () => {
    const asked = { ...query, by: 'tariff', from: 'a', to: 'b', skip: 7 } as const;
    const cursor = cursorAfter(asked, { ...row, columns: { tariff: 'T' } });
    const { text, values } = pageQuestion('ledger', { ...asked, cursor });
    expect(flat(text)).toBe(
      `SELECT ${COLUMNS} FROM "ledger"."assignments" WHERE tenant = $1 AND "tariff" >= $2 AND "tariff" < $3` +
        ' AND "tariff" IS NOT NULL AND ("tariff", "id") > ($4, $5) ORDER BY "tariff" ASC, "id" ASC LIMIT 11 OFFSET 7',
    );
    expect(values).toEqual(['t', 'a', 'b', 'T', 'a']);
    expect(() => pageQuestion('ledger', { ...query, by: 'currency' })).toThrow(RangeError);
    expect(() => pageQuestion('ledger', { ...query, skip: -1 })).toThrow(RangeError);
  });

  it('let the tenant break the tie where they span tenants', () => {
    const { text } = pageQuestion('ledger', { table: 'tariffs', order: 'newest-first', limit: 1 });
    expect(flat(text)).toContain('FROM "ledger"."tariffs" ORDER BY "sort" DESC, "id" DESC, "tenant" DESC LIMIT 2');
  });

  it('refuse a column that the table does not have', () => {
    expect(() => pageQuestion('ledger', { ...query, where: { currency: 'EUR' } })).toThrow(RangeError);
    expect(() => totalsQuestion('ledger', { table: 'tariffs', atMost: { column: 'due_at', text: '' } })).toThrow(
      'tariffs can not be searched by "due_at"',
    );
  });

  it.each([0, -1, 1.5, NaN, PAGE_ROWS_MAX + 1])('refuse a page of %p rows', (limit) => {
    expect(() => pageQuestion('ledger', { ...query, limit })).toThrow(RangeError);
  });

  it('refuse the cursor of another question', () => {
    const cursor = cursorAfter({ ...query, order: 'by-id' }, row);
    expect(() => pageQuestion('ledger', { ...query, cursor })).toThrow(BadCursor);
  });

  it('add up by currency where there is one', () => {
    expect(flat(totalsQuestion('ledger', { table: 'charges' }).text)).toContain(`SELECT coalesce("currency", '') AS`);
    expect(flat(totalsQuestion('ledger', { table: 'sessions' }).text)).toContain("SELECT ''::text AS currency");
  });
});
