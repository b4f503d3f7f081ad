import type { FeedTopic } from '@ledger/ports';

/** Who the client is towards the broker. `plain` sends the password as it is: it needs TLS, or a broker on this machine. */
export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** TLS towards the broker; texts are PEM. Without `ca` the system's authorities count. `cert` and `key` show who we are. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
}

/** What the client has to say: only warnings and errors. */
export interface KafkaLogEntry {
  readonly level: 'error' | 'warn';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Every limit of this adapter, in milliseconds, bytes and messages. */
export const KAFKA_LIMITS = {
  /** How long a TCP or TLS connection may take; the client's own default of one second is too short for TLS. */
  connectionTimeoutMs: 10_000,
  /** How long the broker may take for an answer. */
  requestTimeoutMs: 30_000,
  /** How long `publish` tries before it answers FeedUnavailable. */
  publishTimeoutMs: 15_000,
  /** Most messages and bytes of one request; a larger message goes alone. */
  sendMessagesMax: 1_000,
  sendBytesMax: 900_000,
  /** What may wait to be sent, for each topic, before `publish` answers FeedFull. */
  queueMessagesMax: 50_000,
  queueBytesMax: 64 * 1024 * 1024,
  /** What a consumer holds fetched and not yet handled, over all its partitions, before it pauses them. */
  bufferBytesMax: 32 * 1024 * 1024,
  /** Most bytes of one fetch, altogether and for each partition. */
  fetchBytesMax: 10 * 1024 * 1024,
  fetchPartitionBytesMax: 1024 * 1024,
  /** How long the broker holds a fetch that finds nothing; also bounds stopping and rebalancing. */
  fetchWaitMs: 250,
  /** Silence after which the broker takes a consumer's partitions away, and how often it shows that it lives. */
  sessionTimeoutMs: 30_000,
  heartbeatMs: 3_000,
  /** How long the members of a group have to come back when partitions are divided anew. */
  rebalanceTimeoutMs: 60_000,
  /** Silence or lack of progress after which a consumer counts as dead. Longer than a rebalance. */
  silenceMaxMs: 120_000,
  /** How long a handler may hold a batch without a commit or a heartbeat. */
  handlerSilenceMaxMs: 300_000,
  /** How long a commit is tried again while the broker does not answer. */
  commitTimeoutMs: 60_000,
  /** How long the questions about lag, offsets, topics and reachability may take. */
  adminTimeoutMs: 10_000,
  reachableTimeoutMs: 3_000,
} as const satisfies Readonly<Record<string, number>>;

/** The limits in force: the defaults where nothing else was said. */
export type KafkaLimits = { readonly [Name in keyof typeof KAFKA_LIMITS]: number };

/** How to reach Kafka and how much of it to take at once. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: boolean | KafkaTls;
  readonly sasl?: KafkaSasl;
  /** Put in front of the names of topics and groups on a cluster that is shared. Default: nothing. */
  readonly topicPrefix?: string;
  /** How our own messages are packed. Default: not at all. */
  readonly compression?: 'none' | 'gzip' | 'zstd';
  readonly limits?: Partial<KafkaLimits>;
  /** Where warnings and errors of the client go. Default: nowhere; what matters reaches the caller as an error. */
  readonly log?: (entry: KafkaLogEntry) => void;
}

/** The topic's name on the cluster. */
export function topicName(settings: KafkaSettings, topic: FeedTopic): string {
  return `${settings.topicPrefix ?? ''}${topic}`;
}

/** The group's name on the cluster: two ledgers that share one must not share groups either. */
export function groupName(settings: KafkaSettings, group: string): string {
  return `${settings.topicPrefix ?? ''}${group}`;
}

/** The settings cannot be used; the message says which and why. */
export class BadKafkaSettings extends Error {
  readonly code = 'bad-kafka-settings';
}

/** All limits: the defaults with the changes of the settings. @throws BadKafkaSettings */
export function limitsOf(settings: KafkaSettings): KafkaLimits {
  const limits = { ...KAFKA_LIMITS, ...settings.limits };
  for (const [name, limit] of Object.entries(limits)) {
    if (!Number.isSafeInteger(limit) || limit <= 0)
      throw new BadKafkaSettings(`limits.${name}: ${limit} is no positive whole number`);
  }
  if (limits.heartbeatMs * 3 > limits.sessionTimeoutMs) {
    throw new BadKafkaSettings('limits.heartbeatMs: three heartbeats must fit into limits.sessionTimeoutMs');
  }
  if (limits.silenceMaxMs <= limits.rebalanceTimeoutMs) {
    throw new BadKafkaSettings('limits.silenceMaxMs: must be longer than limits.rebalanceTimeoutMs');
  }
  return limits;
}

const PREFIX = /^[a-zA-Z0-9._-]{0,200}$/;
const BROKER = /^(\[[0-9a-fA-F:]+\]|[^\s:,/]+):([0-9]{1,5})$/;
const LOOPBACK = /^(?:127\.[0-9.]+|localhost|\[::1\])$/;

/** Checks what can be checked without the broker. @throws BadKafkaSettings */
export function checkSettings(settings: KafkaSettings): void {
  if (settings.brokers.length === 0) throw new BadKafkaSettings('brokers: name at least one host:port');
  if (settings.clientId === '') throw new BadKafkaSettings('clientId: must not be empty');
  if (!PREFIX.test(settings.topicPrefix ?? '')) {
    throw new BadKafkaSettings('topicPrefix: only letters, digits, dot, dash and underline, at most 200');
  }
  const hosts = settings.brokers.map(hostOf);
  const isPrivate = (settings.ssl ?? false) !== false || hosts.every((host) => LOOPBACK.test(host));
  if (settings.sasl?.mechanism === 'plain' && !isPrivate) {
    throw new BadKafkaSettings('sasl: plain would send the password unencrypted; set ssl');
  }
}

function hostOf(broker: string): string {
  const [, host, port] = BROKER.exec(broker) ?? [];
  if (host === undefined || port === undefined || +port > 65_535 || +port === 0) {
    throw new BadKafkaSettings(`brokers: "${broker}" is no host:port`);
  }
  return host;
}
