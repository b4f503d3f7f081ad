import { BadSettings, SETTING_NAMES, Settings, readSettings } from './settings';

describe('readSettings', () => {
  it('has a default for everything that is needed, on loopback', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({ LEDGER_HTTP: '127.0.0.1:8080', LEDGER_DATA: './data', LEDGER_FEED: 'embedded' });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('names every setting of the class', () => {
    const declared = Object.keys(new Settings());
    expect([...SETTING_NAMES]).toEqual(expect.arrayContaining(declared));
  });

  it('refuses to listen elsewhere while authentication is off', () => {
    expect(() => readSettings({ LEDGER_HTTP: '0.0.0.0:8080' })).toThrow(/loopback/);
    expect(() => readSettings({ LEDGER_HTTP: '10.0.0.1:8080' })).toThrow(BadSettings);
    expect(readSettings({ LEDGER_HTTP: '[::1]:0' }).LEDGER_HTTP).toBe('[::1]:0');
  });

  it('names every wrong setting at once, and why', () => {
    const wrong = { LEDGER_FEED: 'carrier-pigeon', LEDGER_BATCH: 'many', LEDGER_STOP_SECONDS: '0' };
    expect(() => readSettings(wrong)).toThrow(/LEDGER_FEED[\s\S]*LEDGER_BATCH[\s\S]*LEDGER_STOP_SECONDS/);
  });

  it.each([
    ['LEDGER_FEED', 'kafka', 'KAFKA_BROKERS'],
    ['LEDGER_STORE', 'eventstoredb', 'EVENTSTORE_URL'],
    ['LEDGER_READMODEL', 'postgres', 'DATABASE_URL'],
    ['KAFKA_SASL_MECHANISM', 'plain', 'KAFKA_SASL_USERNAME'],
  ])('asks with %s=%s for %s', (name, value, needed) => {
    expect(() => readSettings({ [name]: value })).toThrow(needed);
  });
});
