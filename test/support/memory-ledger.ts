import type {
  Clock,
  EventStore,
  ExpectedRevision,
  FeedBatch,
  FeedRecord,
  FollowOptions,
  KeyStore,
  MeterFeed,
  NewEvent,
  Random,
  ReadModel,
} from '@ledger/ports';
import { instantOf } from '@ledger/units';
import {
  BILLING_PREFIXES,
  BillingProjection,
  UnansweredStarts,
  accept,
  closeDue,
  fold,
  liveDigest,
  openSessionStreams,
  openStationStreams,
  publishing,
  replayedTargets,
  targetDigest,
} from '@ledger/usecases';

import { EventLog } from '../sim/engines/event-log';
import { Tables } from '../sim/engines/tables';
import { HandClock, TENANT } from './pipeline';

const DUE = { graceMs: 900_000, silenceMs: 86_400_000 };
const LIMITS = { states: 50, bytes: 2_000_000 };
/** Longer than any session, and any start, waits for what is missing. */
const LONG_MS = 40 * 86_400_000;

/** The process was killed at a named step; nothing that it still does takes effect. */
export class KilledInMemory extends Error {}

/** A ledger whose engines are in memory: what was appended and committed outlives its processes. For very many runs. */
export class MemoryLedger {
  readonly clock: HandClock;
  private readonly log = new EventLog();
  private readonly tables = new Tables();
  /** The records of the feed that are still to be folded. */
  private readonly records: FeedRecord[] = [];
  private committed = 0;
  private life = 0;
  private stepsLeft = Infinity;
  kills = 0;

  constructor(now: string) {
    this.clock = new HandClock(now);
  }

  /** The next process is killed at its `n`-th named step. */
  killAt(n: number): void {
    this.stepsLeft = n;
  }

  publishing(): ReturnType<typeof publishing> {
    return publishing(this.ports());
  }

  /** Puts statements, as intake wrote them, on the feed. */
  publish(values: readonly Uint8Array[]): void {
    for (const value of values) {
      this.records.push({
        offset: BigInt(this.records.length),
        key: TENANT,
        value,
        publishedAt: this.clock.now(),
      } as FeedRecord);
    }
  }

  /** Folds all that is on the feed in batches of a size; a killed process is followed by another one. */
  async settle(batchMax: number): Promise<void> {
    while (this.committed < this.records.length) await this.survive(() => this.foldOn(batchMax));
  }

  /** Lets all time pass that anything may wait, and closes everything. */
  async rest(): Promise<void> {
    this.clock.pass(LONG_MS);
    await this.survive(async () => {
      const ports = this.ports();
      await new UnansweredStarts({ ...ports, ...this.streams() }).fold();
    });
    await this.project();
    while ((await this.survive(() => closeDue({ ...this.ports(), ...this.streams(), model: this.model() }, DUE))) > 0) {
      await this.project();
    }
    await this.project();
  }

  liveDigest(): Promise<string> {
    return liveDigest(this.model(), TENANT);
  }

  async replayDigest(): Promise<string> {
    const digest = targetDigest();
    for await (const target of replayedTargets(this.store(), { tenant: TENANT })) digest.add(target);
    return digest.hex();
  }

  /** The tables, as those read them who ask. */
  model(): ReadModel {
    const { tables } = this;
    return {
      get: (...asked: Parameters<Tables['get']>) => Promise.resolve(tables.get(...asked)),
      page: (query: Parameters<Tables['page']>[0]) => Promise.resolve(tables.page(query)),
      apply: (batch: Parameters<Tables['apply']>[0]) =>
        settled(() => {
          tables.apply(batch);
        }),
      checkpoint: (name: string) => Promise.resolve(tables.checkpoint(name)),
      mark: (name: string) => Promise.resolve(tables.marks.get(name)),
      totals: (query: Parameters<Tables['totals']>[0]) => Promise.resolve(tables.totals(query)),
    } as unknown as ReadModel;
  }

  /** What a process of this life sees of the log. */
  store(): EventStore {
    const { log, clock, life } = this;
    const isDead = (): boolean => this.life !== life;
    return {
      append: (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) =>
        isDead()
          ? Promise.reject(new KilledInMemory())
          : settled(() => log.append(stream, expected, events, clock.now())),
      async *read(stream: string) {
        yield* await Promise.resolve(log.stream(stream));
      },
      async *readAll(options: FollowOptions) {
        let { after } = options;
        for (let isAtEnd = false; !isAtEnd;) {
          const batch = await Promise.resolve(log.after({ ...options, after }));
          yield batch;
          after = batch.position;
          isAtEnd = batch.caughtUp;
        }
      },
    } as unknown as EventStore;
  }

  private async foldOn(batchMax: number): Promise<void> {
    const ports = { ...this.ports(), ...this.streams() };
    while (this.committed < this.records.length) {
      const records = this.records.slice(this.committed, this.committed + batchMax);
      const batch: FeedBatch = {
        topic: 'meter-events',
        partition: 0,
        records,
        missing: 0n,
        heartbeat: () => Promise.resolve(),
        isStale: () => false,
        commitThrough: (offset) => {
          this.committed = Number(offset) + 1;
          return Promise.resolve();
        },
      };
      await fold(ports, batch);
    }
  }

  private async project(): Promise<void> {
    const projection = await BillingProjection.open(this.model(), DUE);
    const from = { prefixes: BILLING_PREFIXES, after: projection.checkpoint };
    for await (const batch of this.store().readAll(from)) await projection.fold(batch);
  }

  private async survive<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof KilledInMemory)) throw error;
        this.kills += 1;
      }
    }
  }

  private streams(): {
    sessions: ReturnType<typeof openSessionStreams>;
    stations: ReturnType<typeof openStationStreams>;
  } {
    const ports = this.ports();
    return { sessions: openSessionStreams(ports, LIMITS), stations: openStationStreams(ports, LIMITS) };
  }

  private ports(): {
    store: EventStore;
    clock: Clock;
    feed: MeterFeed;
    keys: KeyStore;
    random: Random;
    crash: () => void;
  } {
    const { life, clock } = this;
    const crash = (): void => {
      if (this.life !== life) throw new KilledInMemory();
      this.stepsLeft -= 1;
      if (this.stepsLeft > 0) return;
      this.stepsLeft = Infinity;
      this.life += 1;
      throw new KilledInMemory();
    };
    return { store: this.store(), clock, feed: DEAF_FEED, crash, keys: NONE as KeyStore, random: NONE as Random };
  }
}

function settled<Answer>(work: () => Answer): Promise<Answer> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

/** Folding needs neither keys nor chance: statements came sealed. */
const NONE: unknown = {};
/** Receipts go nowhere. */
const DEAF_FEED = { publish: () => Promise.resolve() } as unknown as MeterFeed;

/** What intake makes of messages, each received at its time: the statements as they stand on the feed, in order. */
export async function statementsOf(
  ports: { readonly keys: KeyStore; readonly random: Random },
  messages: readonly { readonly deliveredMs: number; readonly text: string }[],
): Promise<readonly Uint8Array[]> {
  const values: Uint8Array[] = [];
  const feed = {
    publish: (topic: string, events: readonly { readonly value: string | Uint8Array }[]) => {
      if (topic === 'meter-events') values.push(...events.map(({ value }) => Buffer.from(value)));
      return Promise.resolve();
    },
  } as unknown as MeterFeed;
  for (const { deliveredMs, text } of messages) {
    const clock = new HandClock(instantOf(deliveredMs));
    await accept({ ...ports, feed, clock, crash: () => undefined }, { tenant: TENANT }, [{ text }]);
  }
  return values;
}
