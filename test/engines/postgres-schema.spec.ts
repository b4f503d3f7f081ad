import { migrate, MigrationDrift, MIGRATIONS } from '@ledger/adapters/postgres';
import { databaseUrl, freshSchema, sql, trialDatabase } from './postgres-database';

const url = databaseUrl();
const trial = trialDatabase();
afterEach(() => trial.end());

describe('the schema', () => {
  it('is made once, however many processes start at the same time', async () => {
    const schema = freshSchema();
    await Promise.all([1, 2, 3, 4].map(() => trial.open(schema)));
    const { rows } = await sql(url, `SELECT number, name FROM "${schema}".migrations`);
    expect(rows).toEqual(MIGRATIONS.map(({ number, name }) => ({ number: `${number}`, name })));
    expect(await migrate({ url, schema })).toEqual([]);
  });

  it('of an earlier version is brought up to date with what is in it', async () => {
    const schema = freshSchema();
    await migrate({ url, schema }, MIGRATIONS.slice(0, 1));
    await sql(url, `INSERT INTO "${schema}".checkpoints (projection, position) VALUES ('old', 7)`);
    const model = await trial.open(schema);
    expect([await model.checkpoint('old'), await model.mark('old')]).toEqual([7n, undefined]);
    const mark = { position: 2n ** 63n, id: 'a' };
    await model.apply({ projection: 'old', expected: 7n, position: 2n ** 63n, mark, changes: [] });
    expect(await model.mark('old')).toEqual(mark);
  });

  it('is refused when an applied migration was edited, by its name', async () => {
    const schema = freshSchema();
    await trial.open(schema);
    await sql(url, `UPDATE "${schema}".migrations SET checksum = 'other'`);
    await expect(trial.open(schema)).rejects.toThrow('migration 0001-read-model: was applied with other contents');
    await expect(trial.open(schema, { migrations: 'check' })).rejects.toThrow(MigrationDrift);
  });

  it('is refused when a newer program made it', async () => {
    const schema = freshSchema();
    await trial.open(schema);
    await sql(url, `INSERT INTO "${schema}".migrations (number, name, checksum) VALUES (99, 'next', 'x')`);
    await expect(trial.open(schema)).rejects.toThrow('migration 0099-next: was applied by a newer version');
  });

  it('is left as it was when a migration fails', async () => {
    const schema = freshSchema();
    await trial.open(schema);
    const broken = { number: 99, name: 'broken', sql: 'CREATE TABLE half (id text); SELECT 1 / 0' };
    await expect(migrate({ url, schema }, [...MIGRATIONS, broken])).rejects.toThrow('migration 0099-broken failed');
    const { rows } = await sql(url, 'SELECT to_regclass($1) AS half', [`${schema}.half`]);
    expect(rows).toEqual([{ half: null }]);
    expect(await migrate({ url, schema })).toEqual([]);
  });

  it('is only looked at when migrations are somebody else’s task', async () => {
    const schema = freshSchema();
    const attempt = trial.open(schema, { migrations: 'check' });
    await expect(attempt).rejects.toThrow(`migration 0001-read-model: is not applied in schema ${schema}`);
    await migrate({ url, schema });
    const model = await trial.open(schema, { migrations: 'check' });
    expect(await model.isReachable()).toBe(true);
  });
});
