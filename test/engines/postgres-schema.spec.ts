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
    await sql(url, `INSERT INTO "${schema}".migrations (number, name, checksum) VALUES (3, 'next', 'x')`);
    await expect(trial.open(schema)).rejects.toThrow('migration 0003-next: was applied by a newer version');
  });

  it('is left as it was when a migration fails', async () => {
    const schema = freshSchema();
    await trial.open(schema);
    const broken = { number: 3, name: 'broken', sql: 'CREATE TABLE half (id text); SELECT 1 / 0' };
    await expect(migrate({ url, schema }, [...MIGRATIONS, broken])).rejects.toThrow('migration 0003-broken failed');
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
