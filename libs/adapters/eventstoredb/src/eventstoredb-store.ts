import { EventStoreDBClient } from '@eventstore/db-client';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  AppendTooLarge,
  eventBytes,
  StorageFault,
  StoreUnavailable,
  type EventMark,
  type EventStore,
  type ExpectedRevision,
  type FollowedBatch,
  type Following,
  type FollowOptions,
  type NewEvent,
  type RecordedEvent,
} from '@ledger/ports';
import { accessOf, type AccessReport } from './access';
import { decodeBase64Natively } from './base64';
import { checkedConnection } from './connection-string';
import { settled } from './deadline';
import { Follower, type FollowerHealth } from './follower';
import { checkMark, ping, readStream, type Reading } from './reading';
import { limitsOf, type EventStoreDbSettings } from './settings';
import { giveWriterBack, takeWriter } from './shared-writer';
import { toStored } from './stored-event';
import { SubscriptionFeed } from './subscription-feed';
import { Writer } from './writer';

const UUID_FORM = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const REVISION_MAX = 2n ** 63n - 1n;

/** Keeps events in EventStoreDB 23.10 or newer. Nothing is sent before the first call. @throws BadConnectionString */
export function openEventStoreDb(settings: EventStoreDbSettings): EventStoreDbStore {
  return new EventStoreDbStore(settings);
}

/** The event store on @eventstore/db-client. Appends of all stores of the process go through one writer. */
export class EventStoreDbStore implements EventStore {
  /** False where the connection names no user: whoever reaches the server may then do everything. */
  readonly hasUser: boolean;
  private readonly writer: Writer;
  private readonly reading: Reading;
  private readonly followers = new Set<Follower>();
  private readonly closing = new AbortController();

  constructor(private readonly settings: EventStoreDbSettings) {
    const { clock } = settings;
    const limits = limitsOf(settings);
    const { url, hasUser } = checkedConnection(settings.url);
    this.hasUser = hasUser;
    decodeBase64Natively();
    const client = EventStoreDBClient.connectionString(url);
    this.reading = { client, clock, limits, closing: this.closing.signal };
    this.writer = takeWriter(url, () => new Writer(url, clock, limits));
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<bigint> {
    this.refuseWhenClosed();
    checkAppend(stream, expected, events);
    const last = await this.writer.append({ stream, expected, events: events.map(toStored) });
    const due = (expected === 'none' ? -1n : expected) + BigInt(events.length);
    if (last === due) return last;
    throw new StorageFault(`${stream}: the append ended at revision ${last} instead of ${due}; the stream was deleted`);
  }

  async *read(
    stream: string,
    options: { readonly from?: bigint; readonly max?: number } = {},
  ): AsyncGenerator<RecordedEvent> {
    this.refuseWhenClosed();
    yield* readStream(this.reading, stream, options.from ?? 0n, options.max ?? Infinity);
  }

  async *readAll(options: FollowOptions): AsyncGenerator<FollowedBatch> {
    this.refuseWhenClosed();
    if (options.mark !== undefined) await checkMark(this.reading, options.mark);
    const feed = new SubscriptionFeed(this.reading, options);
    try {
      for (;;) {
        const batch = await feed.next(this.closing.signal);
        if (batch === undefined) throw new StoreUnavailable('the store was closed');
        yield batch;
        if (batch.caughtUp) return;
      }
    } finally {
      feed.close();
    }
  }

  follow(options: FollowOptions, onBatch: (batch: FollowedBatch) => Promise<void>): Following {
    this.refuseWhenClosed();
    const open = (after: bigint | 'none'): SubscriptionFeed =>
      new SubscriptionFeed(this.reading, { ...options, after });
    const { clock, random } = this.settings;
    const check = (mark: EventMark): Promise<void> => checkMark(this.reading, mark);
    const follower = new Follower({ open, check, clock, random, limits: this.reading.limits }, options, onBatch);
    this.followers.add(follower);
    const forget = (): void => void this.followers.delete(follower);
    follower.ended.then(forget, forget);
    return follower;
  }

  async isReachable(): Promise<boolean> {
    if (this.closing.signal.aborted) return false;
    return ping(this.reading).then(
      () => true,
      () => false,
    );
  }

  /** How the followers are: one that is not connected tries for ever, and an operator should know. */
  health(): readonly FollowerHealth[] {
    return [...this.followers].map((follower) => follower.health());
  }

  /**
   * Finds out, without changing anything, what the user may do to streams of the prefixes that the ledger's user must not.
   * Call it at start. @throws StoreUnavailable
   */
  async checkAccess(prefixes: readonly string[]): Promise<readonly AccessReport[]> {
    this.refuseWhenClosed();
    const { client, clock, limits } = this.reading;
    const append = this.writer.append.bind(this.writer);
    const tools = { client, append, clock, random: this.settings.random, timeoutMs: limits.readTimeoutMs };
    const reports: AccessReport[] = [];
    for (const prefix of prefixes) reports.push(await accessOf(tools, prefix));
    return reports;
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    await Promise.all([...this.followers].map((follower) => follower.stop()));
    await giveWriterBack(this.writer);
    const { client, clock, limits } = this.reading;
    await settled(clock, limits.closeTimeoutMs, client.dispose());
  }

  private refuseWhenClosed(): void {
    if (this.closing.signal.aborted) throw new StoreUnavailable('the store is closed');
  }
}

function checkAppend(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): void {
  if (stream === '' || !stream.isWellFormed()) throw new RangeError('the stream has no name, or no well-formed one');
  if (stream.startsWith('$')) throw new RangeError(`${stream}: names with a dollar sign belong to the server`);
  if (events.length === 0) throw new RangeError(`${stream}: there is nothing to append`);
  if (expected !== 'none') checkRevision(stream, expected);
  const odd = events.find((event) => !UUID_FORM.test(event.id));
  if (odd !== undefined) throw new RangeError(`${stream}: ${odd.id} is no UUID in lower case`);
  const bytes = events.reduce((sum, event) => sum + eventBytes(event), 0);
  if (events.length <= APPEND_EVENTS_MAX && bytes <= APPEND_BYTES_MAX) return;
  throw new AppendTooLarge(`${stream}: ${events.length} events, ${bytes} bytes`);
}

/** A revision that cannot be written to the wire would end the stream that carries all appends. */
function checkRevision(stream: string, revision: unknown): void {
  if (typeof revision === 'bigint' && revision >= 0n && revision <= REVISION_MAX) return;
  throw new RangeError(`${stream}: ${String(revision)} is no revision`);
}
