import {
  Kafka,
  logLevel,
  type ConsumerConfig,
  type ICustomPartitioner,
  type KafkaConfig,
  type LogEntry,
  type ProducerConfig,
} from 'kafkajs';
import { registerCodecs } from './compression/codecs';
import { checkSettings, limitsOf, type KafkaLimits, type KafkaSettings } from './kafka-settings';
import { quietRequestTimer } from './quiet-request-timer';

/** The first pause between two attempts of the client, how it grows, and where it ends. */
const RETRY_FIRST_MS = 100;
const RETRY_FACTOR = 0.2;
const RETRY_MULTIPLIER = 2;
const RETRY_LONGEST_MS = 2_000;
const RETRIES_MAX = 5;

/** How the client itself tries again. Deadlines of ours stand around what must not take for ever. */
export const CLIENT_RETRY = {
  initialRetryTime: RETRY_FIRST_MS,
  factor: RETRY_FACTOR,
  multiplier: RETRY_MULTIPLIER,
  maxRetryTime: RETRY_LONGEST_MS,
  retries: RETRIES_MAX,
} as const;

/** Makes the client: every codec known, every timeout said, nothing printed. @throws BadKafkaSettings */
export function kafkaClient(settings: KafkaSettings, onLog: (entry: LogEntry) => void = () => undefined): Kafka {
  checkSettings(settings);
  registerCodecs();
  quietRequestTimer();
  return new Kafka(clientConfig(settings, onLog));
}

/** The settings in the words of the client. @throws BadKafkaSettings */
export function clientConfig(settings: KafkaSettings, onLog: (entry: LogEntry) => void): KafkaConfig {
  const limits = limitsOf(settings);
  const { ssl, sasl } = settings;
  return {
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    connectionTimeout: limits.connectionTimeoutMs,
    authenticationTimeout: limits.connectionTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: CLIENT_RETRY,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      onLog(entry);
      report(settings, entry);
    },
    ...(ssl === undefined ? {} : { ssl: typeof ssl === 'boolean' ? ssl : { ...ssl } }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
}

/** The settings of a member of a group: every time and size said, topics never made by chance. */
export function consumerConfig(groupId: string, limits: KafkaLimits): ConsumerConfig {
  return {
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: limits.sessionTimeoutMs,
    rebalanceTimeout: limits.rebalanceTimeoutMs,
    heartbeatInterval: limits.heartbeatMs,
    maxWaitTimeInMs: limits.fetchWaitMs,
    maxBytes: limits.fetchBytesMax,
    maxBytesPerPartition: limits.fetchPartitionBytesMax,
    retry: CLIENT_RETRY,
  };
}

/** The settings of a producer: numbered messages, one request on its way, topics never made by chance. */
export function producerConfig(createPartitioner: ICustomPartitioner): ProducerConfig {
  return {
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner,
    // The client would try an idempotent send for ever, for a missing topic also after it was disconnected.
    retry: CLIENT_RETRY,
  };
}

/** The union of the client wants each mechanism by its own name. */
function saslOf({
  mechanism,
  username,
  password,
}: NonNullable<KafkaSettings['sasl']>): NonNullable<KafkaConfig['sasl']> {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

function report(settings: KafkaSettings, { level, namespace, log }: LogEntry): void {
  if (log.message.startsWith(LIMITED_RETRIES) || isAnsweredByTheClient(log)) return;
  const kept = Object.entries(log).filter(([name]) => !UNTOLD.has(name));
  const fields = { namespace, ...Object.fromEntries(kept) };
  settings.log?.({ level: level === logLevel.ERROR ? 'error' : 'warn', message: log.message, fields });
}

/** A warning that does not concern us: a producer that failed is never used again. */
const LIMITED_RETRIES = 'Limiting retries for the idempotent producer';

/** Answers of a broker that belong to every rebalance and every start; the client acts on them, and tells that it rejoins. */
function isAnsweredByTheClient({ message, error }: LogEntry['log']): boolean {
  return message.startsWith('Response ') && typeof error === 'string' && ORDINARY.test(error);
}

const ORDINARY = /^The (group is rebalancing|coordinator is loading)/;

/** What the logger behind has of its own, or what would only fill it. */
const UNTOLD = new Set(['message', 'timestamp', 'stack', 'logger']);
