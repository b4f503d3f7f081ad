import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { logLevel, Partitioners, type LogEntry } from 'kafkajs';
import { CLIENT_RETRY, clientConfig, consumerConfig, kafkaClient, producerConfig } from './kafka-client';
import { KAFKA_LIMITS, type KafkaLogEntry, type KafkaSettings } from './kafka-settings';

const settings: KafkaSettings = { brokers: ['127.0.0.1:9092'], clientId: 'ledger' };
const nothing = (): void => undefined;

describe('clientConfig', () => {
  it('says every timeout and how to try again', () => {
    expect(clientConfig(settings, nothing)).toMatchObject({
      brokers: ['127.0.0.1:9092'],
      connectionTimeout: 10_000,
      authenticationTimeout: 10_000,
      requestTimeout: 30_000,
      enforceRequestTimeout: true,
      retry: { retries: 5, maxRetryTime: 2_000 },
    });
  });

  it('passes TLS on, with the authority and the keys', () => {
    const ssl = { ca: 'CA', cert: 'CERT', key: 'KEY', servername: 'kafka' };
    expect(clientConfig({ ...settings, ssl }, nothing).ssl).toEqual(ssl);
    expect(clientConfig({ ...settings, ssl: true }, nothing).ssl).toBe(true);
    expect(clientConfig(settings, nothing)).not.toHaveProperty('ssl');
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('passes the password on for %s', (mechanism) => {
    const sasl = { mechanism, username: 'u', password: 'p' };
    expect(clientConfig({ ...settings, sasl }, nothing).sasl).toEqual(sasl);
  });

  it('hands warnings and errors on as fields, without what does not concern us', () => {
    const [told, heard]: [KafkaLogEntry[], LogEntry[]] = [[], []];
    const log = clientConfig({ ...settings, log: (entry) => told.push(entry) }, (entry) =>
      heard.push(entry),
    ).logCreator?.(logLevel.WARN);
    const entry = { namespace: 'Connection', level: logLevel.ERROR, label: 'ERROR' };
    log?.({ ...entry, log: { timestamp: 't', message: 'Connection timeout', stack: 's', broker: 'b:1' } });
    log?.({ ...entry, level: logLevel.WARN, log: { timestamp: 't', message: LIMITING } });
    const error = 'The group is rebalancing, so a rejoin is needed';
    log?.({ ...entry, log: { timestamp: 't', message: 'Response Heartbeat(key: 12, version: 3)', error } });
    expect(told).toEqual([
      { level: 'error', message: 'Connection timeout', fields: { namespace: 'Connection', broker: 'b:1' } },
    ]);
    expect(heard).toHaveLength(3);
  });
});

const LIMITING = 'Limiting retries for the idempotent producer may invalidate EoS guarantees';

describe('consumerConfig', () => {
  it('says every time and size, makes no topic by chance, and tries as often as the rest', () => {
    expect(consumerConfig('fold', KAFKA_LIMITS)).toEqual({
      groupId: 'fold',
      allowAutoTopicCreation: false,
      sessionTimeout: 30_000,
      rebalanceTimeout: 60_000,
      heartbeatInterval: 3_000,
      maxWaitTimeInMs: 250,
      maxBytes: 10 * 1024 * 1024,
      maxBytesPerPartition: 1024 * 1024,
      retry: CLIENT_RETRY,
    });
  });
});

describe('producerConfig', () => {
  it('numbers messages, sends one request at a time, makes no topic by chance, and does not try for ever', () => {
    const createPartitioner = Partitioners.DefaultPartitioner;
    expect(producerConfig(createPartitioner)).toEqual({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner,
      retry: CLIENT_RETRY,
    });
  });
});

describe('kafkaClient', () => {
  it('speaks TLS when told, and sends nothing in clear', async () => {
    const { server, firstBytes } = await listening();
    const { port } = server.address() as AddressInfo;
    const brokers = [`127.0.0.1:${port}`];
    const admin = kafkaClient({ ...settings, brokers, ssl: true }).admin({ retry: { retries: 0 } });
    const connecting = admin.connect().catch(nothing);
    const hello = await firstBytes;
    // A TLS record of the kind handshake (RFC 8446, section 5.1).
    expect([...hello.subarray(0, 2)]).toEqual([22, 3]);
    await connecting;
    await new Promise((resolve) => server.close(resolve));
  });
});

/** A server that notes what it hears first, and hangs up. */
async function listening(): Promise<{ readonly server: Server; readonly firstBytes: Promise<Buffer> }> {
  const heard = Promise.withResolvers<Buffer>();
  const server = createServer((socket: Socket) => {
    socket.on('error', nothing);
    socket.once('data', (bytes: Buffer) => {
      heard.resolve(bytes);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, firstBytes: heard.promise };
}
