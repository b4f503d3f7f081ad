import { ReadModelUnavailable } from '@ledger/ports';
import { eventually } from './charge-batches';
import { freshSchema, sql, trialDatabase } from './postgres-database';
import { type PostgresServer, startServer } from './postgres-server';

let server: PostgresServer;
let certificate: string;
const trial = trialDatabase(() => server.url);

beforeAll(async () => {
  server = await startServer();
  certificate = await server.offerTls();
});
afterEach(() => trial.end());
afterAll(() => server.stop());

describe('TLS, by the address alone', () => {
  it('encrypts every connection and checks the certificate', async () => {
    const [schema, applicationName] = [freshSchema(), 'encrypted'];
    const url = `${server.url}?sslmode=verify-full&sslrootcert=${certificate}`;
    const model = await eventually(() => trial.open(schema, { url, applicationName }));
    await model.elect('charges');
    await model.isReachable();
    const { rows } = await sql(
      server.url,
      'SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = $1',
      [applicationName],
    );
    expect(rows).toEqual([{ ssl: 't' }]);
  });

  it('refuses a server whose certificate nobody vouches for', async () => {
    const attempt = trial.open(freshSchema(), { url: `${server.url}?sslmode=verify-full` });
    await expect(attempt).rejects.toThrow(ReadModelUnavailable);
    await expect(attempt).rejects.toThrow('self-signed certificate');
  });
});
