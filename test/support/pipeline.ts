import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  EmbeddedEventStore,
  EmbeddedKeyStore,
  EmbeddedMeterFeed,
  EmbeddedReadModel,
  SystemRandom,
} from '@ledger/adapters/embedded';
import type { Clock, CrashPoint, FeedTopic } from '@ledger/ports';
import { instantOf, millisOf } from '@ledger/units';
import type { Digest, Instant } from '@ledger/units';
import {
  BILLING_PREFIXES,
  BillingProjection,
  QUARANTINE_GROUP,
  RECEIPTS_GROUP,
  UnansweredStarts,
  accept,
  closeDue,
  file,
  fold,
  liveDigest,
  openSessionStreams,
  openStationStreams,
  publishing,
  replayedTargets,
  storedBook,
  targetDigest,
} from '@ledger/usecases';
import type { Accepted, Message } from '@ledger/usecases';

/** A clock that stands still until it is moved by hand; waiting takes no time. */
export class HandClock implements Clock {
  private instant: Instant;

  constructor(start = '2026-06-01T12:00:00.000Z') {
    this.instant = start as Instant;
  }

  now(): Instant {
    return this.instant;
  }

  /** Moves the time on. */
  pass(ms: number): void {
    const later = instantOf(millisOf(this.instant) + ms);
    if (later === undefined) throw new RangeError('the clock ran out of years');
    this.instant = later;
  }

  sleep(): Promise<void> {
    return Promise.resolve();
  }
}

export const TENANT = 'default';
const DUE = { graceMs: 900_000, silenceMs: 86_400_000 };

/** The whole ledger on embedded engines in a folder of its own, driven step by step, without HTTP. */
export class Pipeline {
  readonly clock: HandClock;
  store: EmbeddedEventStore;
  feed: EmbeddedMeterFeed;
  model: EmbeddedReadModel;
  keys: EmbeddedKeyStore;
  readonly random = new SystemRandom();
  /** Called at the named steps of all use cases; a crash test sets its own. */
  crash: CrashPoint = () => undefined;

  private constructor(public folder: string) {
    this.clock = new HandClock();
    [this.store, this.feed, this.model, this.keys] = this.openEngines();
  }

  static open(): Pipeline {
    return new Pipeline(mkdtempSync(join(tmpdir(), 'ledger-')));
  }

  private openEngines(): [EmbeddedEventStore, EmbeddedMeterFeed, EmbeddedReadModel, EmbeddedKeyStore] {
    return [
      new EmbeddedEventStore(join(this.folder, 'events.db'), this.clock),
      new EmbeddedMeterFeed(join(this.folder, 'feed.db'), this.clock),
      new EmbeddedReadModel(join(this.folder, 'tables.db')),
      new EmbeddedKeyStore({
        path: join(this.folder, 'keys.db'),
        encryptionKeyFile: join(this.folder, 'key-encryption.key'),
        clock: this.clock,
        random: this.random,
      }),
    ];
  }

  /** Closes everything and opens it again, as a restart does, or opens another folder in its place. */
  async restart(folder = this.folder): Promise<void> {
    await this.closeEngines();
    this.folder = folder;
    [this.store, this.feed, this.model, this.keys] = this.openEngines();
  }

  async end(): Promise<void> {
    await this.closeEngines();
    rmSync(this.folder, { recursive: true, force: true });
  }

  send(messages: readonly unknown[]): Promise<Accepted> {
    return this.sendTexts(messages.map((message) => ({ text: JSON.stringify(message) })));
  }

  sendTexts(messages: readonly Message[]): Promise<Accepted> {
    return accept(this.ports(), { tenant: TENANT }, messages);
  }

  publishing(): ReturnType<typeof publishing> {
    return publishing(this.ports());
  }

  sessions(): ReturnType<typeof openSessionStreams> {
    return openSessionStreams(this.ports(), { bytes: 100_000_000 });
  }

  /** Folds, wakes starts that nobody answered, files and projects until nothing is left to do. Returns the verdicts given. */
  async settle(batchMax = 500): Promise<Record<string, number>> {
    const verdicts: Record<string, number> = {};
    const sessions = this.sessions();
    const stations = openStationStreams(this.ports(), { bytes: 100_000_000 });
    await this.drain('meter-events', 'ledger', batchMax, async (batch) => {
      const counts = await fold({ ...this.ports(), sessions, stations }, batch);
      for (const [verdict, count] of Object.entries(counts)) verdicts[verdict] = (verdicts[verdict] ?? 0) + count;
    });
    await new UnansweredStarts({ ...this.ports(), sessions, stations }).fold();
    await this.drain('meter-receipts', RECEIPTS_GROUP, batchMax, (batch) => file(this.model, batch));
    await this.drain('meter-quarantine', QUARANTINE_GROUP, batchMax, (batch) => file(this.model, batch));
    await this.project(batchMax);
    return verdicts;
  }

  async project(batchMax = 500): Promise<void> {
    const projection = await BillingProjection.open(this.model, DUE);
    const from = { prefixes: BILLING_PREFIXES, ...projection.resumption, batchMax };
    for await (const batch of this.store.readAll(from)) {
      this.crash('before-projection');
      await projection.fold(batch);
      this.crash('after-projection');
    }
  }

  closeDue(): Promise<number> {
    const sessions = this.sessions();
    const stations = openStationStreams(this.ports(), { bytes: 100_000_000 });
    return closeDue({ model: this.model, sessions, stations, clock: this.clock }, DUE);
  }

  liveDigest(): Promise<Digest> {
    return liveDigest(this.model, TENANT);
  }

  async replayDigest(): Promise<Digest> {
    const digest = targetDigest();
    for await (const target of replayedTargets(this.store, { tenant: TENANT })) digest.add(target);
    return digest.hex();
  }

  bookOf(tenant: string): ReturnType<typeof storedBook> {
    return storedBook(this.model, tenant);
  }

  private ports(): {
    store: EmbeddedEventStore;
    feed: EmbeddedMeterFeed;
    keys: EmbeddedKeyStore;
    clock: HandClock;
    random: SystemRandom;
    crash: CrashPoint;
  } {
    const { store, feed, keys, clock, random } = this;
    return { store, feed, keys, clock, random, crash: (step) => this.crash(step) };
  }

  private async drain(
    topic: FeedTopic,
    group: string,
    batchMax: number,
    onBatch: Parameters<EmbeddedMeterFeed['consume']>[1],
  ): Promise<void> {
    const consumption = this.feed.consume({ topic, group, batchMax }, onBatch);
    const died = consumption.ended.then(() => undefined);
    while ((await this.feed.lag(topic, group)) > 0n) {
      await Promise.race([died, new Promise((resolve) => setImmediate(resolve))]);
    }
    await consumption.stop();
    await died;
  }

  private async closeEngines(): Promise<void> {
    await Promise.all([this.feed.close(), this.model.close(), this.keys.close()]);
    await this.store.close();
  }
}
