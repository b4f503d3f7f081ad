import { types as known } from 'pg';
import { clientConfig } from './connection';
import { resolveSettings } from './settings';

describe('clientConfig', () => {
  const settings = resolveSettings({
    url: 'postgres://ledger@db/ledger',
    applicationName: 'fold',
    connectTimeoutMs: 1_000,
    idleInTransactionTimeoutMs: 2_000,
  });

  it('says its name and every limit of time; our own comes after that of the server', () => {
    const { types: _, ...said } = clientConfig(settings, 3_000);
    expect(said).toEqual({
      connectionString: 'postgres://ledger@db/ledger',
      application_name: 'fold',
      connectionTimeoutMillis: 1_000,
      statement_timeout: 3_000,
      query_timeout: 5_000,
      idle_in_transaction_session_timeout: 2_000,
      keepAlive: true,
    });
  });

  it('reads int8, numeric, date and timestamptz as it reads text', () => {
    const { types } = clientConfig(settings, 3_000);
    const { INT8, NUMERIC, DATE, TIMESTAMPTZ } = known.builtins;
    for (const type of [INT8, NUMERIC, DATE, TIMESTAMPTZ]) {
      expect(types?.getTypeParser(type)).toBe(types?.getTypeParser(known.builtins.TEXT));
    }
  });
});
