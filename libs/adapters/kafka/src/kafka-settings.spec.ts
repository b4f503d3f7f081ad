import {
  BadKafkaSettings,
  checkSettings,
  KAFKA_LIMITS,
  limitsOf,
  topicName,
  type KafkaSettings,
} from './kafka-settings';

const settings: KafkaSettings = { brokers: ['kafka-1:9092'], clientId: 'ledger' };
const password = { username: 'u', password: 'p' };

describe('checkSettings', () => {
  it.each<Partial<KafkaSettings>>([
    {},
    { brokers: ['[::1]:9092', '127.0.0.1:9092'] },
    { sasl: { mechanism: 'plain', ...password }, ssl: true },
    { sasl: { mechanism: 'plain', ...password }, brokers: ['localhost:9092'] },
    { sasl: { mechanism: 'scram-sha-512', ...password } },
    { topicPrefix: 'site-1.' },
  ])('accepts %j', (changes) => {
    expect(() => checkSettings({ ...settings, ...changes })).not.toThrow();
  });

  it.each<[string, Partial<KafkaSettings>]>([
    ['at least one', { brokers: [] }],
    ['no host:port', { brokers: ['kafka-1'] }],
    ['no host:port', { brokers: ['kafka-1:70000'] }],
    ['clientId', { clientId: '' }],
    ['unencrypted', { sasl: { mechanism: 'plain', ...password } }],
    ['unencrypted', { sasl: { mechanism: 'plain', ...password }, ssl: false, brokers: ['127.0.0.1:1', 'far:1'] }],
    ['topicPrefix', { topicPrefix: 'a b' }],
  ])('refuses, naming "%s": %j', (named, changes) => {
    expect(() => checkSettings({ ...settings, ...changes })).toThrow(BadKafkaSettings);
    expect(() => checkSettings({ ...settings, ...changes })).toThrow(named);
  });
});

describe('limitsOf', () => {
  it('fills in the defaults', () => {
    expect(limitsOf({ ...settings, limits: { fetchWaitMs: 100 } })).toEqual({ ...KAFKA_LIMITS, fetchWaitMs: 100 });
  });

  it.each([{ fetchWaitMs: 0 }, { queueBytesMax: 1.5 }, { heartbeatMs: 20_000 }, { silenceMaxMs: 60_000 }])(
    'refuses %j',
    (limits) => {
      expect(() => limitsOf({ ...settings, limits })).toThrow(BadKafkaSettings);
    },
  );
});

describe('topicName', () => {
  it('puts the prefix in front', () => {
    expect(topicName(settings, 'meter-events')).toBe('meter-events');
    expect(topicName({ ...settings, topicPrefix: 'x-' }, 'meter-events')).toBe('x-meter-events');
  });
});
