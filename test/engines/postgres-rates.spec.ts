import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ReadBatch, ReadRow } from '@ledger/ports';
import { charge } from './charge-batches';
import { databaseUrl, freshSchema, sql, trialDatabase } from './postgres-database';

const url = databaseUrl();
const trial = trialDatabase();
afterEach(() => trial.end());

const PSQL = process.env['PSQL'] ?? 'psql';
const ROWS = 60_000;
const LIVE_BATCH = 500;
const REBUILD_BATCH = 5_000;
/** Far below what was measured, so that only a change of kind fails: a row a statement, an index too many. */
const SHARE_OF_COPY_MIN = 0.05;

const rows: readonly ReadRow[] = Array.from({ length: ROWS }, (_, index) => ({
  ...charge(`charge-${`${index}`.padStart(8, '0')}`),
  sort: new Date(1_780_000_000_000 + index * 1_000).toISOString(),
  columns: {
    charge: `${index}`,
    station: `ST-${index % 1_000}`,
    state: 'final',
    currency: 'EUR',
    location: `L-${index % 100}`,
  },
  amount: `${index % 50}.${10 + (index % 90)}`,
  quantity: `${index % 60_000}`,
  body: `{"lines":"${'measured and billed, '.repeat(28)}"}`,
}));

it('bulk writes keep up with raw COPY of the same rows into a plain table', async () => {
  const schema = freshSchema();
  const model = await trial.open(schema);
  const copy = await rateOf(() => copyRows(schema));
  const first = await rateOf(() => write(model, LIVE_BATCH));
  const again = await rateOf(() => write(model, LIVE_BATCH, 'again'));
  const rebuild = await model.rebuild(['charges'], ['charges']);
  const rebuilt = await rateOf(async () => {
    await write(rebuild, REBUILD_BATCH, 'charges');
    await rebuild.swap();
  });
  expect(await model.totals({ table: 'charges' })).toMatchObject([{ count: ROWS }]);
  process.stderr.write(
    `rows/s of ${ROWS}: COPY ${copy}; apply of ${LIVE_BATCH}: new ${first}, replaced ${again}; rebuild with swap ${rebuilt}\n`,
  );
  expect(Math.min(first, again, rebuilt) / copy).toBeGreaterThan(SHARE_OF_COPY_MIN);
});

async function rateOf(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return Math.round(ROWS / ((performance.now() - begin) / 1_000));
}

async function write(
  to: { apply(batch: ReadBatch): Promise<void> },
  size: number,
  projection = 'first',
): Promise<void> {
  for (let from = 0; from < ROWS; from += size) {
    await to.apply({
      projection,
      expected: from === 0 ? 'none' : BigInt(from),
      position: BigInt(from + size),
      changes: rows.slice(from, from + size).map((row) => ({ kind: 'put', table: 'charges', row })),
    });
  }
}

/** The yardstick: the same columns by COPY into a table without any index. */
async function copyRows(schema: string): Promise<void> {
  await sql(url, `CREATE TABLE "${schema}".yardstick (LIKE "${schema}".charges)`);
  const psql = spawn(PSQL, [url, '-qc', `COPY "${schema}".yardstick FROM STDIN`], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(psql, 'exit');
  const lines = rows.map(({ tenant, id, sort, columns, amount, quantity, body }) =>
    [
      ...[tenant, id, sort, columns.charge, columns.station, columns.state, columns.currency, columns.location],
      ...['\\N', amount, quantity, body],
    ].join('\t'),
  );
  psql.stdin.end(`${lines.join('\n')}\n`);
  expect(await ended).toEqual([0, null]);
}
