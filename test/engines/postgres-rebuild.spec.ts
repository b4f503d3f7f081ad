import { CheckpointConflict, ReadModelUnavailable, RebuildInProgress } from '@ledger/ports';
import { until } from '@ledger/ports/trial.contract';
import { batchOf, charge, eventually } from './charge-batches';
import { databaseUrl, freshSchema, holdLock, sql, trialDatabase } from './postgres-database';

const url = databaseUrl();
const trial = trialDatabase();
afterEach(() => trial.end());

describe('a rebuild', () => {
  it('keeps indexes, rights, checks and settings of the live tables', async () => {
    const schema = freshSchema();
    const model = await trial.open(schema);
    await sql(url, `GRANT SELECT ON "${schema}".charges TO PUBLIC`);
    const before = await describeTable(schema);
    const rebuild = await model.rebuild(['charges'], ['charges']);
    await rebuild.apply(batchOf('none', 5n, charge('a')));
    await rebuild.swap();
    expect(await describeTable(schema)).toEqual(before);
    expect(before).toMatchObject({
      options: '{fillfactor=80}',
      indexes: expect.stringContaining('charges_sort') as unknown,
    });
    expect(await model.checkpoint('charges')).toBe(5n);
  });

  it('does not stop readers and writers, who see all of the old or all of the new', async () => {
    const schema = freshSchema();
    const model = await trial.open(schema);
    await model.apply(batchOf('none', 1n, ...Array.from({ length: 50 }, (_, index) => charge(`old-${index}`))));
    const rebuild = await model.rebuild(['charges'], ['charges']);
    await rebuild.apply(batchOf('none', 9n, ...Array.from({ length: 70 }, (_, index) => charge(`new-${index}`))));
    const counts = new Set<number | undefined>();
    let isSwapping = true;
    const reading = [1, 2, 3].map(async () => {
      while (isSwapping) counts.add((await model.totals({ table: 'charges' }))[0]?.count);
    });
    await rebuild.swap();
    isSwapping = false;
    await Promise.all(reading);
    counts.add((await model.totals({ table: 'charges' }))[0]?.count);
    expect([...counts].filter((count) => count !== 50)).toEqual([70]);
    await expect(model.apply(batchOf(1n, 2n, charge('late')))).rejects.toThrow(CheckpointConflict);
  });

  it('waits for a long reader without making the others queue', async () => {
    const schema = freshSchema();
    const model = await trial.open(schema);
    const rebuild = await model.rebuild(['charges'], ['charges']);
    await rebuild.apply(batchOf('none', 1n, charge('new')));
    const release = await holdLock(url, `"${schema}".charges IN ACCESS SHARE MODE`);
    const swapping = rebuild.swap();
    await until('the swap waits', () => hasWaiter(schema));
    expect(await model.totals({ table: 'charges' })).toEqual([]);
    await release();
    await swapping;
    expect(await model.totals({ table: 'charges' })).toMatchObject([{ count: 1 }]);
  });

  it('goes on in one process at a time, and leaves nothing behind when that process ends', async () => {
    const schema = freshSchema();
    const name = `rebuilder-${schema}`;
    const [one, two] = await Promise.all([trial.open(schema, { applicationName: name }), trial.open(schema)]);
    await one.rebuild(['charges'], ['charges']);
    await expect(two.rebuild(['charges'], ['charges'])).rejects.toThrow(RebuildInProgress);
    await sql(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
    const next = await eventually(() => two.rebuild(['charges'], ['charges']));
    expect(await shadowsOf(schema)).toHaveLength(1);
    await next.discard();
    expect(await shadowsOf(schema)).toEqual([]);
  });

  it('that lost its tables to a later one says so, and can not swap', async () => {
    const schema = freshSchema();
    const name = `outdone-${schema}`;
    const [one, two] = await Promise.all([trial.open(schema, { applicationName: name }), trial.open(schema)]);
    const outdone = await one.rebuild(['charges'], ['charges']);
    await sql(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
    const later = await eventually(() => two.rebuild(['charges'], ['charges']));
    await later.apply(batchOf('none', 1n, charge('later')));
    await expect(outdone.apply(batchOf('none', 1n))).rejects.toThrow(ReadModelUnavailable);
    await expect(outdone.swap()).rejects.toThrow('the rebuild is gone');
    await outdone.discard();
    expect(await shadowsOf(schema)).toHaveLength(1);
    await later.swap();
    expect(await two.get('charges', 'default', 'later')).toBeDefined();
  });
});

async function hasWaiter(schema: string): Promise<boolean> {
  const { rows } = await sql(
    url,
    "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = $1::regclass AND mode = 'AccessExclusiveLock'",
    [`"${schema}".charges`],
  );
  return rows.length > 0;
}

async function shadowsOf(schema: string): Promise<readonly unknown[]> {
  const { rows } = await sql(url, 'SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)', [
    `${schema}_rebuild_`,
  ]);
  return rows;
}

async function describeTable(schema: string): Promise<unknown> {
  const { rows } = await sql(
    url,
    `SELECT reloptions AS options, relacl AS rights,
      (SELECT string_agg(indexdef, ';' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = $1 AND tablename = 'charges') AS indexes,
      (SELECT string_agg(concat_ws(' ', column_name, data_type, collation_name, is_nullable), ';' ORDER BY ordinal_position)
        FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'charges') AS columns,
      (SELECT string_agg(conname || pg_get_constraintdef(oid), ';') FROM pg_constraint WHERE conrelid = pg_class.oid) AS checks
    FROM pg_class WHERE relnamespace = $1::regnamespace AND relname = 'charges'`,
    [schema],
  );
  return rows[0];
}
