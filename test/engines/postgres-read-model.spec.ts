import { type ReadModel, ReadModelUnavailable } from '@ledger/ports';
import { readModelContract } from '@ledger/ports/read-model.contract';
import { Client } from 'pg';
import { batchOf, charge, eventually } from './charge-batches';
import { databaseUrl, freshSchema, holdLock, sql, trialDatabase } from './postgres-database';

const url = databaseUrl();
const trial = trialDatabase();
afterEach(() => trial.end());

readModelContract('PostgresReadModel', async () => {
  const schema = freshSchema();
  const contractTrial = trialDatabase();
  let port: ReadModel = await contractTrial.open(schema);
  return {
    get port() {
      return port;
    },
    async reopen() {
      await port.close();
      port = await contractTrial.open(schema);
      return port;
    },
    end: () => contractTrial.end(),
  };
});

describe('values', () => {
  it('come back to the last digit and the last byte', async () => {
    const model = await trial.open();
    const row = charge('a\u0000b\u0001', {
      amount: '99999999999999999999.1234567890',
      quantity: '-0.50',
      columns: { currency: '', station: 'ST-\u{1F697}', state: 'a"\\,{}NULL' },
      body: '{"a":"\\u0000 {\\"NULL\\"} \\\\"}',
    });
    const position = 2n ** 64n + 1n;
    await model.apply(batchOf('none', position, row));
    expect(await model.get('charges', 'default', row.id)).toEqual(row);
    expect(await model.checkpoint('charges')).toBe(position);
    await model.apply(batchOf(position, position + 1n, charge('b')));
    expect(await model.checkpoint('charges')).toBe(position + 1n);
  });

  it('are ordered by bytes, though the database sorts as people do', async () => {
    const model = await trial.open();
    const ids = ['Z', 'a', 'B', 'é', 'e', '-', '_', '\u{1F697}', '\uFFFD'];
    await model.apply(batchOf('none', 1n, ...ids.map((id) => charge(id))));
    const page = await model.page({ table: 'charges', tenant: 'default', order: 'by-id', limit: 100 });
    const asBytes = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(page.rows.map(({ id }) => id)).toEqual(asBytes);
    const { rows } = await sql(url, 'SELECT id FROM unnest($1::text[]) AS id ORDER BY id', [ids]);
    expect(rows.map(({ id }) => id)).not.toEqual(asBytes);
  });

  it('add up exactly where a double would not', async () => {
    const model = await trial.open();
    const rows = Array.from({ length: 1_000 }, (_, index) => charge(`c-${index}`, { amount: '0.10', quantity: '1' }));
    await model.apply(batchOf('none', 1n, ...rows, charge('big', { amount: '12345678901234567890.001' })));
    expect(await model.totals({ table: 'charges', tenant: 'default' })).toEqual([
      { currency: 'EUR', count: 1_001, amount: '12345678901234567990.001', quantity: '1000' },
    ]);
  });

  it('are read without changing how anybody else in the process reads', async () => {
    await trial.open();
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query('SELECT true AS yes, 1 AS number');
    await client.end();
    expect(rows).toEqual([{ yes: true, number: 1 }]);
  });
});

describe('connections', () => {
  it('show their name and carry every limit of time', async () => {
    const schema = freshSchema();
    const name = `limits-${schema}`;
    await trial.open(schema, { applicationName: name, statementTimeoutMs: 1_234 });
    const model = await trial.open(schema, { applicationName: name, statementTimeoutMs: 1_234 });
    await model.isReachable();
    const { rows } = await sql(url, 'SELECT count(*) AS count FROM pg_stat_activity WHERE application_name = $1', [
      name,
    ]);
    expect(rows).toEqual([{ count: '1' }]);
    const release = await holdLock(url, `"${schema}".charges IN ACCESS EXCLUSIVE MODE`);
    const slow = model.apply(batchOf('none', 1n, charge('a')));
    await expect(slow).rejects.toThrow(ReadModelUnavailable);
    await expect(slow).rejects.toThrow('57014');
    await release();
    expect(await model.checkpoint('charges')).toBe('none');
  });

  it('that the server cut are replaced, and the cause is heard', async () => {
    const name = `cut-${freshSchema()}`;
    const heard: Error[] = [];
    const model = await trial.open(freshSchema(), {
      applicationName: name,
      onConnectionLost: (error) => heard.push(error),
    });
    await Promise.all(Array.from({ length: 8 }, () => model.isReachable()));
    await sql(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
    await eventually(() => model.apply(batchOf('none', 1n, charge('a'))));
    expect(heard.length).toBeGreaterThan(0);
    expect(await model.get('charges', 'default', 'a')).toBeDefined();
  });

  it('to nowhere are unavailable with their cause', async () => {
    const attempt = trial.open('ledger', { url: 'postgres://ledger:x@127.0.0.1:1/ledger' });
    await expect(attempt).rejects.toThrow(ReadModelUnavailable);
    await expect(attempt).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
