import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemClock, SystemRandom } from '@ledger/adapters/embedded';
import { openEventStoreDb, type EventStoreDbStore } from '@ledger/adapters/eventstoredb';
import { openKafkaMeterFeed, type KafkaSettings } from '@ledger/adapters/kafka';
import { openPostgresReadModel } from '@ledger/adapters/postgres';
import type { RecordedEvent } from '@ledger/ports';
import { liveDigest } from '@ledger/usecases';
import { allEvents, breaches, leaks } from '../support/invariants';
import type { TestEvent } from '../support/events';
import { AppProcess } from './app-process';
import { databaseUrl, freshSchema, sql } from './postgres-database';
import { freshTopics, plainClient, nameOf } from './kafka';
import { publishDemoBook, TOKEN } from './demo-lines';

export type AppName = 'ingestion' | 'ledger' | 'billing';

/** How long a ledger may take to come to rest, and the wait between two looks, in ms. */
const REST_MS_MAX = 240_000;
const LOOK_EVERY_MS = 200;
/** Looks in a row that must find it at rest: the numbers of one look are not of one moment. */
const LOOKS_AT_REST = 2;
const DELIVERY_MS_MAX = 240_000;
const LINES_OF_REQUEST = 500;
const PARTITIONS = 6;

/** Engines other than the usual ones, and where the apps find them when something stands between. */
export interface ClusterOptions {
  /** A broker of the test's own. */
  readonly ownBroker?: string;
  /** Where the apps find the brokers. */
  readonly brokers?: readonly string[];
  readonly databaseUrl?: string;
  readonly eventStoreUrl?: string;
  /** Puts something before the server for EventStoreDB, and tells where the apps find it. */
  readonly beforeStore?: (address: string) => Promise<string>;
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * The three apps as processes of their own, as many of each as a test wants, on real Kafka and PostgreSQL and a server for
 * EventStoreDB, with topics, a database and a log that nobody else has.
 */
export class Cluster {
  readonly apps: AppProcess[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'ledger-engines-'));
  private next = 0;
  private isClosing = false;

  private constructor(
    readonly kafka: KafkaSettings,
    readonly environment: Readonly<Record<string, string>>,
    readonly database: { readonly name: string; readonly url: string; readonly server: string },
    private store: AppProcess | undefined,
  ) {}

  static async open(options: ClusterOptions = {}): Promise<Cluster> {
    const own = options.ownBroker;
    const kafka = await freshTopics(PARTITIONS, own === undefined ? {} : { brokers: [own] });
    const server = options.databaseUrl ?? databaseUrl();
    const name = freshSchema();
    await sql(server, `CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const storeFolder = mkdtempSync(join(tmpdir(), 'ledger-store-'));
    const store =
      options.eventStoreUrl === undefined ? await startStore(['--file', join(storeFolder, 'events.log')]) : undefined;
    const storeUrl = new URL(options.eventStoreUrl ?? storeOf(store).url);
    if (options.beforeStore !== undefined) storeUrl.host = await options.beforeStore(storeUrl.host);
    const environment = {
      LEDGER_FEED: 'kafka',
      KAFKA_BROKERS: (options.brokers ?? kafka.brokers).join(','),
      KAFKA_TOPIC_PREFIX: kafka.topicPrefix ?? '',
      KAFKA_SESSION_SECONDS: '6',
      LEDGER_STORE: 'eventstoredb',
      EVENTSTORE_URL: storeUrl.href,
      LEDGER_READMODEL: 'postgres',
      DATABASE_URL: url.href,
      LEDGER_HTTP: '127.0.0.1:0',
      LEDGER_LOG: 'info',
      ...options.settings,
    };
    return new Cluster(kafka, environment, { name, url: url.href, server }, store);
  }

  /** The process of the protocol server. @throws when a store of somebody else is in use */
  get storeProcess(): AppProcess {
    if (this.store === undefined) throw new Error('the store is not a process of this test');
    return this.store;
  }

  /** Starts the protocol server again where it was, with the same events. */
  async restartStore(): Promise<void> {
    const { port, file } = storeOf(this.store);
    this.store = await startStore(['--port', `${port}`, '--file', file]);
  }

  async start(name: AppName, settings: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const env = { LEDGER_DATA: this.folder, ...this.environment, ...settings };
    const app = await AppProcess.start(name, { main: join('apps', name, 'src', 'main.js'), env });
    this.apps.push(app);
    return app;
  }

  /** Starts so many of each app. */
  async startAll(counts: Readonly<Record<AppName, number>>): Promise<void> {
    const names = (['ingestion', 'ledger', 'billing'] as const).flatMap((name) =>
      Array.from({ length: counts[name] }, () => name),
    );
    // One first: it makes the key file and the schema, on which the others would only wait.
    const [first, ...others] = names;
    if (first !== undefined) await this.start(first);
    await Promise.all(others.map((name) => this.start(name)));
  }

  alive(name: AppName): readonly AppProcess[] {
    return this.apps.filter((app) => app.name === name && app.isAlive);
  }

  /** Starts another one in the place of each that dies, until the answer is called; it tells how they ended. */
  replaceDead(apps: readonly AppProcess[]): () => Promise<readonly string[]> {
    const lives = apps.map(async (app) => {
      const how = await app.ended;
      if (!this.isClosing) await this.start(app.name as AppName);
      return how;
    });
    return () => Promise.all(lives);
  }

  /** Publishes the demo's locations, tariffs and assignments. */
  async publishBook(): Promise<void> {
    await publishDemoBook(async (path, request) => {
      const app = this.alive(path.includes('locations') ? 'ledger' : 'billing')[0];
      const { status, text } = (await app?.status(path, request)) ?? { status: 0, text: 'no app is alive' };
      if (status < 200 || status > 299) throw new Error(`${path} answered ${status}: ${text}`);
    });
  }

  /** Sends lines over HTTP to whichever ingestion answers, again and again until all were acknowledged. */
  async deliver(lines: readonly string[], linesOfRequest = LINES_OF_REQUEST): Promise<void> {
    const end = performance.now() + DELIVERY_MS_MAX;
    for (let from = 0; from < lines.length; from += linesOfRequest) {
      const body = `${lines.slice(from, from + linesOfRequest).join('\n')}\n`;
      while (!(await this.sent(body))) {
        if (performance.now() > end) throw new Error(`line ${from} was not acknowledged in ${DELIVERY_MS_MAX} ms`);
        await pause(LOOK_EVERY_MS);
      }
    }
  }

  private async sent(body: string): Promise<boolean> {
    const apps = this.alive('ingestion');
    const app = apps[(this.next += 1) % Math.max(apps.length, 1)];
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await app?.ask<{ quarantinedTotal: number }>('/v1/meter-events', { method: 'POST', headers, body });
    if (answer !== undefined && answer.quarantinedTotal > 0) throw new Error('a line was not understood');
    return answer !== undefined;
  }

  /** Writes lines to the topic of the gateways, as structured and binary CloudEvents in turn, with another client. */
  async writeAsGateway(lines: readonly string[], linesOfRequest = lines.length): Promise<void> {
    const producer = plainClient().producer();
    await producer.connect();
    const topic = nameOf(this.kafka, 'gateway-messages');
    const messages = lines.map((line, at) => (at % 2 === 0 ? structured(line) : binary(line)));
    for (let from = 0; from < messages.length; from += linesOfRequest) {
      await producer.send({ topic, messages: messages.slice(from, from + linesOfRequest) });
    }
    await producer.disconnect();
  }

  /** Waits until nothing is on its way. */
  async settle(maxMs = REST_MS_MAX): Promise<void> {
    const end = performance.now() + maxMs;
    let last: unknown;
    for (let looks = 0; looks < LOOKS_AT_REST;) {
      const status = await this.alive('billing')[0]?.ask<Readonly<Record<string, unknown>>>('/v1/status');
      last = status ?? last;
      looks = status !== undefined && isAtRest(status) ? looks + 1 : 0;
      if (performance.now() > end) throw new Error(`the ledger does not come to rest: ${JSON.stringify(last)}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  /** All that the store holds at the moment. */
  async facts(): Promise<readonly RecordedEvent[]> {
    const store = this.openStore();
    try {
      return await allEvents(store);
    } finally {
      await store.close();
    }
  }

  private openStore(): EventStoreDbStore {
    const [clock, random] = [new SystemClock(), new SystemRandom()];
    return openEventStoreDb({ url: this.environment['EVENTSTORE_URL'] ?? '', clock, random });
  }

  /** What is billed, and every breach of the invariants after these lines were acknowledged; `leaks` are logs with tokens. */
  async outcome(acknowledged: readonly string[]): Promise<Outcome> {
    const store = this.openStore();
    const feed = openKafkaMeterFeed(this.kafka);
    const model = await openPostgresReadModel({ url: this.database.url });
    try {
      const events = acknowledged.map((line) => JSON.parse(line) as TestEvent);
      return {
        digest: await liveDigest(model, 'default'),
        breaches: await breaches({ store, feed, model }, { tenant: 'default', acknowledged: events }),
        leaks: this.leaks(),
      };
    } finally {
      await Promise.all([feed.close(), model.close(), store.close()]);
    }
  }

  private leaks(): readonly string[] {
    const logs = Object.fromEntries(this.apps.map(({ name, log }, at) => [`${name} ${at}`, log]));
    return leaks(TOKEN, this.folder, logs);
  }

  /** Stops what still runs; how the apps ended. */
  async close(): Promise<readonly string[]> {
    this.isClosing = true;
    const ended = await Promise.all(this.apps.filter(({ isAlive }) => isAlive).map((app) => app.stop()));
    await this.store?.stop();
    if (this.store !== undefined) rmSync(dirname(storeOf(this.store).file), { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
    await sql(this.database.server, `DROP DATABASE IF EXISTS ${this.database.name} WITH (FORCE)`);
    return ended;
  }
}

/** What a ledger came to. */
export interface Outcome {
  readonly digest: string;
  readonly breaches: readonly string[];
  readonly leaks: readonly string[];
}

interface StoreWords {
  readonly url: string;
  readonly port: number;
  readonly file: string;
}

const FILES = new WeakMap<AppProcess, string>();

async function startStore(args: readonly string[]): Promise<AppProcess> {
  const main = join('test', 'support', 'eventstoredb-server', 'main.js');
  const store = await AppProcess.start('eventstoredb', { main, args });
  FILES.set(store, args.at(-1) ?? '');
  return store;
}

function storeOf(store: AppProcess | undefined): StoreWords {
  if (store === undefined) throw new Error('the store is not a process of this test');
  const { url, port } = JSON.parse(store.firstLine) as { readonly url: string; readonly port: number };
  return { url, port, file: FILES.get(store) ?? '' };
}

function isAtRest(status: Readonly<Record<string, unknown>>): boolean {
  const waiting = ['gatewayMessagesWaiting', 'statementsWaiting', 'receiptsWaiting', 'quarantineWaiting'];
  return waiting.every((name) => status[name] === '0') && status['tablesCurrent'] === true;
}

interface Written {
  readonly value: string;
  readonly headers: Record<string, string>;
}

function structured(line: string): Written {
  return { value: line, headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' } };
}

function binary(line: string): Written {
  const { data, ...attributes } = JSON.parse(line) as Record<string, unknown>;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, text] of Object.entries(attributes)) headers[`ce_${name}`] = String(text);
  return { value: JSON.stringify(data), headers };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
