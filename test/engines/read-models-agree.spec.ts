import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedReadModel } from '@ledger/adapters/embedded';
import {
  type Page,
  type PageQuery,
  READ_COLUMNS,
  type ReadChange,
  type ReadModel,
  type ReadQueries,
  type ReadTable,
} from '@ledger/ports';
import { isDecimalText } from '@ledger/units';
import fc from 'fast-check';
import { trialDatabase } from './postgres-database';

const TABLES = Object.keys(READ_COLUMNS).map((table) => table as ReadTable);
const PAGES_MAX = 1_000;

/** Few different texts, so that rows meet, tie and replace each other; odd ones, so that an order by language shows. */
const texts = fc.string({
  unit: fc.constantFrom(
    ...['a', 'A', 'Z', 'é', '\u{1F697}', '\uFFFD', '-', '_', ' ', '0', '"', '\\', '{', '%', '\u0001'],
  ),
  maxLength: 3,
});
const tenants = fc.constantFrom('default', 'Default', 'dé');
const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 1, maxLength });
const decimals = fc
  .tuple(fc.constantFrom('', '-'), digits(15), fc.option(digits(15)))
  .map(([sign, whole, fraction]) => `${sign}${BigInt(whole)}${fraction === null ? '' : `.${fraction}`}`)
  .filter(isDecimalText);

const columnsOf = (table: ReadTable) =>
  fc.record(Object.fromEntries(READ_COLUMNS[table].map((column) => [column, texts])), { requiredKeys: [] });

const rowsOf = (table: ReadTable) =>
  fc.record(
    {
      tenant: tenants,
      id: texts,
      sort: texts,
      columns: columnsOf(table),
      amount: decimals,
      quantity: decimals,
      body: texts,
    },
    { requiredKeys: ['tenant', 'id', 'sort', 'columns', 'body'] },
  );

const changes: fc.Arbitrary<ReadChange> = fc.constantFrom(...TABLES).chain((table) =>
  fc.oneof(
    { weight: 4, arbitrary: rowsOf(table).map((row): ReadChange => ({ kind: 'put', table, row })) },
    {
      weight: 1,
      arbitrary: fc
        .record({ tenant: tenants, id: texts })
        .map((key): ReadChange => ({ kind: 'delete', table, ...key })),
    },
  ),
);

/** Questions that most rows answer, and questions with every kind of filter. */
const questions: fc.Arbitrary<PageQuery> = fc.constantFrom(...TABLES).chain((table) => {
  const broad = {
    table: fc.constant(table),
    tenant: tenants,
    order: fc.constantFrom('newest-first' as const, 'oldest-first' as const, 'by-id' as const),
    limit: fc.integer({ min: 1, max: 9 }),
  };
  const narrow = {
    ...broad,
    where: columnsOf(table).map((where) => Object.fromEntries(Object.entries(where).slice(0, 1))),
    ...(READ_COLUMNS[table].length > 0 && {
      atMost: fc.record({ column: fc.constantFrom(...READ_COLUMNS[table]), text: texts }),
    }),
    from: texts,
    to: texts,
    skip: fc.integer({ min: 0, max: 5 }),
    ...(READ_COLUMNS[table].length > 0 && { by: fc.constantFrom(...READ_COLUMNS[table]) }),
  };
  const requiredKeys = ['table', 'order', 'limit'] as const;
  return fc.oneof(
    fc.record(broad, { requiredKeys: [...requiredKeys] }),
    fc.record(narrow, { requiredKeys: [...requiredKeys] }),
  );
});

const database = trialDatabase();
const folder = mkdtempSync(join(tmpdir(), 'ledger-agree-'));
let embedded: ReadModel;
let postgres: ReadModel;

beforeAll(async () => {
  embedded = new EmbeddedReadModel(join(folder, 'read-model.db'));
  postgres = await database.open();
});

afterAll(async () => {
  await embedded.close();
  await database.end();
  rmSync(folder, { recursive: true, force: true });
});

let batches = 0;
const nextProjection = (): string => `projection-${(batches += 1)}`;

it('the same changes give the same rows, pages and sums on SQLite and PostgreSQL', async () => {
  let [rows, pages] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(changes, { minLength: 1, maxLength: 40 }),
      fc.array(questions, { minLength: 1, maxLength: 8 }),
      async (some, asked) => {
        const batch = { projection: nextProjection(), expected: 'none', position: 1n, changes: some } as const;
        await Promise.all([embedded.apply(batch), postgres.apply(batch)]);
        for (const query of asked) {
          const [expected, found] = await Promise.all([pagesOf(embedded, query), pagesOf(postgres, query)]);
          expect(found).toEqual(expected);
          expect(await postgres.totals(query)).toEqual(await embedded.totals(query));
          expect(await postgres.count(query)).toBe(await embedded.count(query));
          rows += found.reduce((sum, page) => sum + page.rows.length, 0);
          pages += found.length;
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(rows).toBeGreaterThan(500);
  expect(pages).toBeGreaterThan(200);
});

it('the same rebuild gives the same tables on SQLite and PostgreSQL', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(changes, { maxLength: 60 }),
      fc.array(questions, { minLength: 4 }),
      async (some, asked) => {
        const batch = { projection: nextProjection(), expected: 'none', position: 1n, changes: some } as const;
        for (const model of [embedded, postgres]) {
          const rebuild = await model.rebuild(TABLES, [batch.projection]);
          await rebuild.apply(batch);
          await rebuild.swap();
        }
        for (const query of asked) {
          expect(await pagesOf(postgres, query)).toEqual(await pagesOf(embedded, query));
          expect(await postgres.totals(query)).toEqual(await embedded.totals(query));
        }
      },
    ),
    { numRuns: 8 },
  );
});

/** All pages of a question, each asked for with the cursor of the one before. The cursors themselves are compared too. */
async function pagesOf(model: ReadQueries, query: PageQuery): Promise<readonly Page[]> {
  const pages: Page[] = [await model.page(query)];
  for (let cursor = pages[0]?.next; cursor !== undefined; cursor = pages.at(-1)?.next) {
    if (pages.length > PAGES_MAX) throw new Error(`more than ${PAGES_MAX} pages: the cursor does not move`);
    pages.push(await model.page({ ...query, cursor }));
  }
  return pages;
}
