import {
  RevisionConflict,
  StoreRolledBack,
  StoreUnavailable,
  type Clock,
  type EventMark,
  type EventStore,
  type ExpectedRevision,
  type FollowedBatch,
  type FollowOptions,
  type Following,
  type NewEvent,
  type RecordedEvent,
} from '@ledger/ports';
import { millisOf } from '@ledger/units';
import type { StatementSync } from 'node:sqlite';
import { BoundedCache } from './bounded-cache';
import { Database, type CellStatement } from './database';
import { EventFollower, stretches, type ScanEvents } from './follow-events';
import { GroupCommit } from './group-commit';
import { EMBEDDED_LIMITS } from './limits';
import { checkedBytes, EVENT_COLUMNS, EVENT_SCHEMA, fromStored } from './stored-event';
import { asText, textOf, wholeOf } from './stored-values';
import { nextTurn, WakeUp } from './wake-up';

/** The end of a stream: its number in the file and the revision of its last event, -1 for none. */
interface Head {
  readonly stream: number;
  readonly revision: number;
}

/** The event store in one SQLite file. Appends that meet share a transaction and its sync. */
export class EmbeddedEventStore implements EventStore {
  private readonly database: Database;
  private readonly group: GroupCommit;
  private readonly commits = new WakeUp();
  private readonly heads = new BoundedCache<string, Head>(EMBEDDED_LIMITS.streamHeadsMax);
  private readonly followers = new Set<EventFollower>();
  private readonly scans = new BoundedCache<number, CellStatement>(EMBEDDED_LIMITS.followPrefixesMax);
  private readonly statements;
  private position: number;

  constructor(
    path: string,
    private readonly clock: Clock,
  ) {
    const whenClosed = (): Error => new StoreUnavailable('the event store is closed');
    this.database = new Database({ path, schema: EVENT_SCHEMA, cacheKib: EMBEDDED_LIMITS.eventCacheKib, whenClosed });
    const limits = {
      waitingBytesMax: EMBEDDED_LIMITS.appendsWaitingBytesMax,
      groupBytesMax: EMBEDDED_LIMITS.appendsGroupBytesMax,
    };
    const whenFull = (): Error => new StoreUnavailable('too many appends wait for the disk');
    this.group = new GroupCommit(this.database, { ...limits, whenFull }, () => {
      this.commits.ring();
    });
    this.statements = preparedIn(this.database);
    this.position = this.database.guard(() => wholeOf(this.statements.end.get() ?? {}, 'position'));
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<bigint> {
    const bytes = checkedBytes(stream, events);
    return this.group.run<bigint>(bytes, () => this.appendNow(stream, expected, events));
  }

  async *read(
    stream: string,
    options: { readonly from?: bigint; readonly max?: number } = {},
  ): AsyncGenerator<RecordedEvent> {
    let from = Number(options.from ?? 0n);
    for (let left = options.max ?? Infinity; left > 0; left -= EMBEDDED_LIMITS.readPageEvents) {
      const count = Math.min(left, EMBEDDED_LIMITS.readPageEvents);
      const page = this.database.guard(() =>
        this.statements.page.all(stream, from, count).map((row) => fromStored(stream, row)),
      );
      yield* page;
      if (page.length < count) return;
      from += count;
      await nextTurn();
    }
  }

  async *readAll(options: FollowOptions): AsyncGenerator<FollowedBatch> {
    this.checkMark(options.mark);
    yield* stretches((after, stretch) => this.scan(after, stretch), this.position, options);
  }

  follow(options: FollowOptions, onBatch: (batch: FollowedBatch) => Promise<void>): Following {
    this.database.refuse();
    const scan: ScanEvents = (after, stretch) => this.scan(after, stretch);
    const check = (): void => {
      this.checkMark(options.mark);
    };
    const follower = new EventFollower({ check, scan, commits: this.commits }, options, onBatch);
    this.followers.add(follower);
    const forget = (): void => void this.followers.delete(follower);
    follower.ended.then(forget, forget);
    return follower;
  }

  async isReachable(): Promise<boolean> {
    return this.database.isReachable();
  }

  async close(): Promise<void> {
    await Promise.all([...this.followers].map((follower) => follower.stop()));
    this.group.flush();
    this.database.close();
  }

  /** Runs inside the group's transaction: checks first, then writes. */
  private appendNow(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): bigint | RevisionConflict {
    const head = this.heads.get(stream) ?? this.storedHead(stream);
    const after = expected === 'none' ? -1 : Number(expected);
    if (after === (head?.revision ?? -1)) return this.insert(stream, head, events);
    if (head === undefined) return new RevisionConflict(stream, expected, 'none');
    if (this.holds(head, after, events)) return BigInt(after + events.length);
    return new RevisionConflict(stream, expected, BigInt(head.revision));
  }

  private insert(stream: string, head: Head | undefined, events: readonly NewEvent[]): bigint {
    const number = head?.stream ?? Number(this.statements.addStream.run(stream).lastInsertRowid);
    const recordedAt = millisOf(this.clock.now());
    let revision = head?.revision ?? -1;
    for (const { id, type, data, metadata } of events) {
      revision += 1;
      this.position += 1;
      this.statements.addEvent.run(this.position, number, revision, id, type, recordedAt, data, metadata);
    }
    this.heads.set(stream, { stream: number, revision });
    return BigInt(revision);
  }

  private holds(head: Head, after: number, events: readonly NewEvent[]): boolean {
    if (after > head.revision) return false;
    const stored = this.statements.ids.all(head.stream, after, events.length);
    return stored.length === events.length && stored.every((row, index) => row['id'] === events[index]?.id);
  }

  private storedHead(stream: string): Head | undefined {
    const row = this.statements.head.get(stream);
    return row === undefined ? undefined : { stream: wholeOf(row, 'stream'), revision: wholeOf(row, 'revision') };
  }

  /** The file may have been put back from a copy while the process was down, and have grown again. */
  private checkMark(mark: EventMark | undefined): void {
    if (mark === undefined) return;
    const { position, id } = mark;
    const row = this.database.guard(() => this.statements.idAt.get(Number(position)));
    const found = row === undefined ? undefined : textOf(row, 'id');
    if (found !== id) throw new StoreRolledBack(position, found === undefined ? 'no event' : `event ${found}`);
  }

  private scan(after: number, stretch: { prefixes: readonly string[]; batchMax: number }): FollowedBatch {
    const { prefixes, batchMax } = stretch;
    if (after > this.position) {
      throw new StoreRolledBack(BigInt(after), `nothing, its last one being ${this.position}`);
    }
    const events: RecordedEvent[] = [];
    let position = Math.min(after + EMBEDDED_LIMITS.scanPositionsMax, this.position);
    this.database.guard(() => {
      let bytes = 0;
      for (const row of this.scanStatement(prefixes).iterate(after, position, ...prefixes, batchMax)) {
        const event = fromStored(asText(row.at(-1), 'stream'), row);
        events.push(event);
        bytes += event.data.length + event.metadata.length;
        if (events.length < batchMax && bytes < EMBEDDED_LIMITS.followBatchCharsMax) continue;
        position = Number(event.position);
        break;
      }
    });
    return { events, position: BigInt(position), caughtUp: position >= this.position };
  }

  private scanStatement(prefixes: readonly string[]): CellStatement {
    if (prefixes.length > EMBEDDED_LIMITS.followPrefixesMax)
      throw new RangeError(`at most ${EMBEDDED_LIMITS.followPrefixesMax} prefixes can be followed`);
    const known = this.scans.get(prefixes.length);
    if (known !== undefined) return known;
    const matches = prefixes.map(() => 'instr(streams.name, ?) = 1').join(' OR ');
    const made = this.database.prepareCells(
      `SELECT ${EVENT_COLUMNS}, streams.name FROM events JOIN streams ON streams.id = events.stream
       WHERE position > ? AND position <= ? AND (${matches === '' ? '0' : matches}) ORDER BY position LIMIT ?`,
    );
    this.scans.set(prefixes.length, made);
    return made;
  }
}

function preparedIn(
  database: Database,
): Readonly<
  Record<'end' | 'head' | 'idAt' | 'ids' | 'addStream' | 'addEvent', StatementSync> & { page: CellStatement }
> {
  return {
    end: database.prepare('SELECT coalesce(max(position), 0) AS position FROM events'),
    head: database.prepare(
      `SELECT streams.id AS stream, coalesce((SELECT max(revision) FROM events WHERE stream = streams.id), -1) AS revision
       FROM streams WHERE name = ?`,
    ),
    idAt: database.prepare('SELECT id FROM events WHERE position = ?'),
    ids: database.prepare('SELECT id FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?'),
    page: database.prepareCells(
      `SELECT ${EVENT_COLUMNS} FROM events
       WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision >= ? ORDER BY revision LIMIT ?`,
    ),
    addStream: database.prepare('INSERT INTO streams (name) VALUES (?)'),
    addEvent: database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  };
}
