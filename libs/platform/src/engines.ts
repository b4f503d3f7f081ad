import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { EmbeddedKeyStore, SystemClock, SystemRandom, openDataFolder } from '@ledger/adapters/embedded';
import type { DataFolder } from '@ledger/adapters/embedded';
import { openEventStoreDb } from '@ledger/adapters/eventstoredb';
import type { EventStoreDbStore } from '@ledger/adapters/eventstoredb';
import { KAFKA_LIMITS, createTopics, openKafkaMeterFeed, readGatewayMessage } from '@ledger/adapters/kafka';
import type { KafkaSettings, TopicPlan, TopicReport } from '@ledger/adapters/kafka';
import { openPostgresKeyStore, openPostgresReadModel } from '@ledger/adapters/postgres';
import type { PostgresSettings } from '@ledger/adapters/postgres';
import type { KeyStore, MeterFeed, ReadModel } from '@ledger/ports';
import { CHAINED_PREFIXES } from '@ledger/usecases';

import type { Logger } from './logs';
import type { Engines } from './runtime';
import type { Settings } from './settings';

/** Opens the engines that the settings name. @throws what an engine throws that cannot be opened */
export async function openEngines(settings: Readonly<Settings>, logger: Logger): Promise<Engines> {
  const needsFolder = [settings.LEDGER_FEED, settings.LEDGER_STORE, settings.LEDGER_READMODEL].includes('embedded');
  return needsFolder ? openWithFolder(settings, logger) : openServers(settings, logger);
}

/** At least one embedded engine: this process owns the data folder. */
async function openWithFolder(settings: Readonly<Settings>, logger: Logger): Promise<Engines> {
  const folder = await openDataFolder(settings.LEDGER_DATA, { feedPartitions: settings.LEDGER_FEED_PARTITIONS });
  try {
    const servers = await openNamed(settings, logger, folder);
    const feed = servers.feed ?? folder.feed;
    const store = servers.store ?? folder.events;
    const readModel = servers.readModel ?? folder.readModel;
    const { clock, random } = folder;
    const keys = servers.keys ?? folder.keys;
    const trimming = servers.feed === undefined ? { trimFeed: trimmerOf(folder) } : {};
    return {
      ...{ feed, store, readModel, keys, clock, random },
      ...trimming,
      ...gatewayReader(settings),
      ...rightsOf(servers),
      ...closing(servers, folder),
    };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** Servers alone. Where the keys are not on one, several processes share the folder, which holds nothing but the keys. */
async function openServers(settings: Readonly<Settings>, logger: Logger): Promise<Engines> {
  const machine = { clock: new SystemClock(), random: new SystemRandom() };
  const { clock, random } = machine;
  const own = settings.LEDGER_KEYS === 'embedded' ? await openKeyFile(settings, machine) : undefined;
  const servers = await openNamed(settings, logger, machine).catch(async (error: unknown) => {
    await own?.close();
    throw error;
  });
  const { feed, store, readModel } = servers;
  const keys = servers.keys ?? own;
  if (feed === undefined || store === undefined || readModel === undefined || keys === undefined)
    throw new Error('an engine is missing');
  return {
    ...{ feed, store, readModel, keys, clock, random },
    ...gatewayReader(settings),
    ...rightsOf(servers),
    ...closing(servers, keys),
  };
}

type Machine = Pick<DataFolder, 'clock' | 'random'>;

async function openKeyFile(settings: Readonly<Settings>, machine: Machine): Promise<EmbeddedKeyStore> {
  const folder = resolve(settings.LEDGER_DATA);
  await mkdir(folder, { recursive: true });
  const [path, encryptionKeyFile] = [join(folder, 'keys.db'), join(folder, 'key-encryption.key')];
  return new EmbeddedKeyStore({ path, encryptionKeyFile, ...machine });
}

/** Topics that are swept; quarantine is kept until a person is done with it. */
const SWEPT_TOPICS = ['meter-events', 'meter-receipts'] as const;

function trimmerOf({ feed }: DataFolder): NonNullable<Engines['trimFeed']> {
  return async (before) => {
    let removed = 0n;
    for (const topic of SWEPT_TOPICS) removed += await feed.trim(topic, before);
    return removed;
  };
}

interface Servers {
  readonly feed?: MeterFeed;
  readonly store?: EventStoreDbStore;
  readonly readModel?: ReadModel;
  readonly keys?: KeyStore;
  close(): Promise<void>;
}

async function openNamed(settings: Readonly<Settings>, logger: Logger, { clock, random }: Machine): Promise<Servers> {
  const readModel = settings.LEDGER_READMODEL === 'postgres' ? await openReadModel(settings, logger) : undefined;
  const keys = settings.LEDGER_KEYS === 'postgres' ? await openKeys(settings, logger, { clock, random }) : undefined;
  const store =
    settings.LEDGER_STORE === 'eventstoredb'
      ? openEventStoreDb({ url: settings.EVENTSTORE_URL ?? '', clock, random })
      : undefined;
  const feed = settings.LEDGER_FEED === 'kafka' ? openKafkaMeterFeed(kafkaSettings(settings, logger)) : undefined;
  return {
    ...(feed === undefined ? {} : { feed }),
    ...(store === undefined ? {} : { store }),
    ...(readModel === undefined ? {} : { readModel }),
    ...(keys === undefined ? {} : { keys }),
    close: async () => {
      await feed?.close();
      await keys?.close();
      await readModel?.close();
      await store?.close();
    },
  };
}

function openReadModel(settings: Readonly<Settings>, logger: Logger): Promise<ReadModel> {
  return openPostgresReadModel(databaseOf(settings, logger));
}

function openKeys(settings: Readonly<Settings>, logger: Logger, machine: Machine): Promise<KeyStore> {
  const encryptionKey = Buffer.from(settings.LEDGER_KEY_ENCRYPTION_KEY ?? '', 'base64');
  return openPostgresKeyStore({ ...databaseOf(settings, logger), ...machine, encryptionKey });
}

function databaseOf(settings: Readonly<Settings>, logger: Logger): PostgresSettings {
  return {
    url: settings.DATABASE_URL ?? '',
    onConnectionLost: (error) => {
      logger.warn({ err: error }, 'a connection to the database broke');
    },
  };
}

/** A server may let its user delete; a file of our own has no users. */
function rightsOf({ store }: Pick<Servers, 'store'>): Pick<Engines, 'storeRights'> {
  if (store === undefined) return {};
  return { storeRights: { hasUser: store.hasUser, check: () => store.checkAccess(CHAINED_PREFIXES) } };
}

/** Gateways write to a topic of Kafka, never to the embedded feed. */
function gatewayReader({ LEDGER_FEED: feed }: Readonly<Settings>): Pick<Engines, 'gatewayMessages'> {
  return feed === 'kafka' ? { gatewayMessages: readGatewayMessage } : {};
}

/**
 * Creates the topics that are missing and tells what differs about the others.
 * @throws FeedUnavailable, and BadKafkaSettings for settings or a plan that cannot be used
 */
export function createFeedTopics(
  settings: Readonly<Settings>,
  logger: Logger,
  plan: TopicPlan,
): Promise<readonly TopicReport[]> {
  return createTopics(kafkaSettings(settings, logger), plan);
}

/** Heartbeats that fit into a session of a consumer. */
const HEARTBEATS_IN_SESSION = 10;

/** The settings of the Kafka client. */
function kafkaSettings(settings: Readonly<Settings>, logger: Logger): KafkaSettings {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD: password = '',
  } = settings;
  return {
    brokers: (settings.KAFKA_BROKERS ?? '').split(',').map((broker) => broker.trim()),
    clientId: 'charging-session-ledger',
    limits: limitsFor(settings),
    ...(settings.KAFKA_TOPIC_PREFIX === undefined ? {} : { topicPrefix: settings.KAFKA_TOPIC_PREFIX }),
    ...(settings.KAFKA_TLS === 'on' ? { ssl: tlsOf(settings) } : {}),
    ...(mechanism === undefined ? {} : { sasl: { mechanism, username, password } }),
    log: ({ level, message, fields }) => {
      logger[level](fields, message);
    },
  };
}

/** A rebalance waits at least for a session, and silence counts only after a rebalance. */
function limitsFor({ KAFKA_SESSION_SECONDS: seconds }: Readonly<Settings>): NonNullable<KafkaSettings['limits']> {
  const sessionTimeoutMs = seconds * 1_000;
  const rebalanceTimeoutMs = Math.max(sessionTimeoutMs, KAFKA_LIMITS.rebalanceTimeoutMs);
  return {
    sessionTimeoutMs,
    heartbeatMs: sessionTimeoutMs / HEARTBEATS_IN_SESSION,
    rebalanceTimeoutMs,
    silenceMaxMs: Math.max(rebalanceTimeoutMs * 2, KAFKA_LIMITS.silenceMaxMs),
  };
}

function tlsOf({ KAFKA_TLS_CA_FILE: file }: Readonly<Settings>): NonNullable<KafkaSettings['ssl']> {
  return file === undefined ? true : { ca: readFileSync(file, 'utf8') };
}

function closing(servers: Pick<Servers, 'close'>, folder: { close(): Promise<void> }): Pick<Engines, 'close'> {
  return {
    close: async () => {
      await servers.close();
      await folder.close();
    },
  };
}
