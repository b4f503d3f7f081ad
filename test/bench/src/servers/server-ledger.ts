import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTopics } from '@ledger/adapters/kafka';

import { LEDGER_CACHE_MB } from '../../../support/heap';
import { startService } from '../service-process';
import type { ServiceName, ServiceProcess } from '../service-process';
import type { GivenServers } from './given-servers';
import { psql } from './psql';
import { startStore } from './store-process';
import type { StoreProcess } from './store-process';

/** Partitions of each topic: enough to divide among the instances that are measured. */
export const PARTITIONS = 6;

/** Topics, a database and a log of events that nobody else has, and the services that run on them. */
export class ServerLedger {
  readonly folder = mkdtempSync(join(tmpdir(), 'ledger-bench-servers-'));
  private readonly name = `bench_${randomBytes(6).toString('hex')}`;
  private readonly running: ServiceProcess[] = [];
  private store: StoreProcess | undefined;

  private constructor(private readonly servers: GivenServers) {}

  static async open(servers: GivenServers): Promise<ServerLedger> {
    const ledger = new ServerLedger(servers);
    await createTopics(
      { brokers: ledger.brokers, clientId: 'bench', topicPrefix: ledger.topicPrefix },
      { partitions: PARTITIONS, replication: 1 },
    );
    await psql(servers.databaseUrl, `CREATE DATABASE ${ledger.name}`);
    if (servers.eventStoreUrl === undefined) ledger.store = await startStore(join(ledger.folder, 'events.log'));
    return ledger;
  }

  get brokers(): readonly string[] {
    return this.servers.brokers.split(',');
  }

  get topicPrefix(): string {
    return `${this.name}-`;
  }

  get databaseUrl(): string {
    const url = new URL(this.servers.databaseUrl);
    url.pathname = `/${this.name}`;
    return url.href;
  }

  get storeUrl(): string {
    return this.store?.url ?? this.servers.eventStoreUrl ?? '';
  }

  /** The settings of a service on these servers. */
  get environment(): Readonly<Record<string, string>> {
    return {
      LEDGER_FEED: 'kafka',
      KAFKA_BROKERS: this.servers.brokers,
      KAFKA_TOPIC_PREFIX: this.topicPrefix,
      LEDGER_STORE: 'eventstoredb',
      EVENTSTORE_URL: this.storeUrl,
      LEDGER_READMODEL: 'postgres',
      DATABASE_URL: this.databaseUrl,
      LEDGER_DATA: join(this.folder, 'keys'),
      LEDGER_HTTP: '127.0.0.1:0',
      LEDGER_LOG: 'warn',
      LEDGER_CACHE_MB,
    };
  }

  async start(name: ServiceName): Promise<ServiceProcess> {
    const service = await startService(name, { ...this.environment });
    this.running.push(service);
    return service;
  }

  /** Stops the services that were started. */
  async stopServices(): Promise<void> {
    await Promise.all(this.running.splice(0).map((service) => service.stop()));
  }

  /** Stops everything and removes what can be removed: topics stay, as the broker is given to be filled. */
  async close(): Promise<void> {
    await this.stopServices();
    await this.store?.stop();
    await psql(this.servers.databaseUrl, `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
