import { POSTGRES_DEFAULTS, resolveSettings } from './settings';

const url = 'postgres://ledger@127.0.0.1:5432/ledger';

describe('settings', () => {
  it('fill in what is missing', () => {
    expect(resolveSettings({ url })).toEqual({ ...POSTGRES_DEFAULTS, url });
    expect(resolveSettings({ url, schema: 'billing', connectionsMax: 2 })).toMatchObject({
      schema: 'billing',
      connectionsMax: 2,
    });
  });

  it.each(['', 'Ledger', 'pg_ledger', 'a-b', 'a"; drop schema public; --', 'x'.repeat(41)])(
    'refuse the schema name %j',
    (schema) => {
      expect(() => resolveSettings({ url, schema })).toThrow(`schema "${schema}"`);
    },
  );

  it('refuse an address of something else, without repeating it', () => {
    const attempt = (): unknown => resolveSettings({ url: 'mysql://user:secret@host/db' });
    expect(attempt).toThrow('url: ');
    expect(attempt).not.toThrow('secret');
  });

  it.each([0, -1, 1.5, NaN])('refuse a limit of %p', (statementTimeoutMs) => {
    expect(() => resolveSettings({ url, statementTimeoutMs })).toThrow('statementTimeoutMs');
  });
});
