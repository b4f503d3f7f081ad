import type { ReadRow } from '@ledger/ports';
import { STATEMENT_ROWS_MAX } from './settings';
import { quoted, writesOf } from './statements';

const row = (id: string): ReadRow => ({
  tenant: 't',
  id,
  sort: 's',
  columns: { tariff: 'AC' },
  amount: '1.50',
  body: '{}',
});
const rows = (count: number): readonly ReadRow[] => Array.from({ length: count }, (_, index) => row(`${index}`));

describe('the statements of a batch', () => {
  it('write all rows of a table at once, a column an array', () => {
    const [statement, ...more] = writesOf('ledger', { table: 'assignments', puts: [row('a'), row('b')], deletes: [] });
    expect(more).toEqual([]);
    expect(statement).toEqual({
      text:
        'INSERT INTO "ledger"."assignments" ("tenant", "id", "sort", "tariff", "amount", "quantity", "body")' +
        ' SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::text[])' +
        ' ON CONFLICT ("tenant", "id") DO UPDATE SET "sort" = excluded."sort", "tariff" = excluded."tariff",' +
        ' "amount" = excluded."amount", "quantity" = excluded."quantity", "body" = excluded."body"',
      values: [
        ['t', 't'],
        ['a', 'b'],
        ['s', 's'],
        ['AC', 'AC'],
        ['1.50', '1.50'],
        [null, null],
        ['{}', '{}'],
      ],
    });
  });

  it('remove all rows of a table at once', () => {
    const deletes = [{ tenant: 't', id: 'a' }];
    const [statement] = writesOf('ledger', { table: 'tariffs', puts: [], deletes });
    expect(statement?.text).toMatch(/^DELETE FROM "ledger"\."tariffs"/);
    expect(statement?.values).toEqual([['t'], ['a']]);
  });

  it('write a bounded number of rows each', () => {
    const sizes = writesOf('ledger', { table: 'assignments', puts: rows(STATEMENT_ROWS_MAX + 1), deletes: [] }).map(
      ({ values }) => values[0]?.length,
    );
    expect(sizes).toEqual([STATEMENT_ROWS_MAX, 1]);
  });

  it('quote names', () => {
    expect(quoted('led"ger', 'x')).toBe('"led""ger"."x"');
  });
});
