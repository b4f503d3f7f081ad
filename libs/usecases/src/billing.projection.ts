import type { EventMark, FollowOptions, FollowedBatch, ReadChange, ReadModel, RecordedEvent } from '@ledger/ports';
import { readSessionEvent } from '@ledger/session';
import type { SessionEvent } from '@ledger/session';
import type { Instant } from '@ledger/units';

import { EMPTY_BOOK, isBookFact, publishedInto } from './book';
import type { Book } from './book';
import { publicationOf, reachedBy } from './publication';
import type { Publication } from './publication';
import { PAGE_ROWS_MAX, rowsOf } from './records';
import { rowsAfter } from './session-rows';
import type { DuePolicy } from './session-rows';
import { readRecord, recordAfter } from './session-record';
import type { SessionRecord } from './session-record';

/** Name and version of billing's projection; another version is rebuilt beside the live one. */
export const BILLING = 'billing-2';

/** The streams that billing folds, and the tables that it fills. */
export const BILLING_PREFIXES = ['session-', 'tariff-', 'location-'] as const;
export const BILLING_TABLES = ['sessions', 'charges', 'locations', 'tariffs', 'assignments'] as const;

/** Open sessions whose record stays in memory; the others are read again when they are needed. */
export const RECORDS_HELD_MAX = 20_000;

/** Where following goes on, and the event by which the store is known again. */
export type Resumption = Pick<FollowOptions, 'after' | 'mark'>;

/** Where billing's rows go: the live tables or those of a rebuild. */
export type BillingTarget = Pick<ReadModel, 'get' | 'page' | 'apply' | 'checkpoint' | 'mark' | 'totals'>;

/**
 * Folds sessions and publications, in global order, into the rows that are read. Rows and checkpoint are stored together.
 * A publication rates anew what it reaches; what cannot be priced becomes a visible state.
 */
export class BillingProjection {
  private readonly records = new Map<string, SessionRecord>();
  private readonly touched = new Map<string, SessionRecord>();
  /** Up to where everything is folded, stored or not. */
  private folded: Resumption;

  private constructor(
    private readonly target: BillingTarget,
    private readonly due: DuePolicy,
    private readonly books: Map<string, Book>,
    private from: Resumption,
  ) {
    this.folded = from;
  }

  /**
   * Opens the projection where its checkpoint stands, with the books as they are stored. The checkpoint is read first: where
   * another projector publishes while the books are read, it has moved, and nothing can be stored that a book lacks.
   */
  static async open(target: BillingTarget, due: DuePolicy): Promise<BillingProjection> {
    const checkpoint = await target.checkpoint(BILLING);
    const mark = await target.mark(BILLING);
    return new BillingProjection(target, due, await storedBooks(target), resumption(checkpoint, mark));
  }

  /** The position up to which everything is folded and stored. */
  get checkpoint(): bigint | 'none' {
    return this.from.after;
  }

  /** Where following goes on, and the event by which the store is known again. */
  get resumption(): Resumption {
    return this.from;
  }

  /** The book of a tenant as folded so far. */
  bookOf(tenant: string): Book {
    return this.books.get(tenant) ?? EMPTY_BOOK;
  }

  /** Folds one batch and stores it. @throws CheckpointConflict when a second projector is at work */
  async fold(batch: FollowedBatch): Promise<void> {
    await this.take(batch);
    await this.flush();
  }

  /**
   * Folds one batch and leaves its rows to be stored by `flush`: a session that changes in several batches is then rated and
   * written once. Only a publication stores what came before it, as it reads the tables. @throws CheckpointConflict
   */
  async take(batch: FollowedBatch): Promise<void> {
    for (const event of batch.events) {
      if (isBookFact(event.type)) {
        await this.flush();
        await this.publish(publicationOf(event), event.recordedAt);
        await this.store(resumption(event.position, event), [publicationOf(event).change]);
      } else if (event.stream.startsWith(SESSION_PREFIX)) {
        await this.session(event);
      }
      this.folded = resumption(event.position, event);
    }
    this.folded = { ...this.folded, after: batch.position };
  }

  /** Stores what `take` left. @throws CheckpointConflict when a second projector is at work */
  async flush(): Promise<void> {
    if (this.folded.after !== this.checkpoint) await this.store(this.folded, this.sessionRows());
  }

  private async session(event: RecordedEvent): Promise<void> {
    const fact = readSessionEvent(event.type, event.data);
    const id = event.stream.slice(SESSION_PREFIX.length);
    const before = this.touched.get(id) ?? this.records.get(id) ?? (await this.stored(id, fact, event));
    const after = recordAfter(before, fact, event.revision);
    if (after !== undefined) this.touched.set(id, { ...after, changedAt: event.recordedAt });
  }

  private async stored(id: string, fact: SessionEvent, event: RecordedEvent): Promise<SessionRecord | undefined> {
    if (fact.type === 'SessionOpened') return undefined;
    const row = await this.target.get('sessions', tenantOf(event), id);
    return row === undefined ? undefined : readRecord(row.body);
  }

  private sessionRows(): readonly ReadChange[] {
    const changes = [...this.touched.values()].flatMap((record) =>
      rowsAfter(record, this.bookOf(record.tenant), this.due),
    );
    for (const [id, record] of this.touched) {
      this.records.delete(id);
      if (record.status === 'open') this.records.set(id, record);
    }
    this.touched.clear();
    for (const oldest of this.records.keys()) {
      if (this.records.size <= RECORDS_HELD_MAX) break;
      this.records.delete(oldest);
    }
    return changes;
  }

  /** Takes the publication into the book and rates anew what it reaches, a page at a time, before the checkpoint moves. */
  private async publish(publication: Publication, changedAt: Instant): Promise<void> {
    const { tenant } = publication;
    const before = this.bookOf(tenant);
    const after = publishedInto(before, publication);
    this.books.set(tenant, after);
    for (const question of reachedBy(publication, before, after)) {
      let changes: ReadChange[] = [];
      for await (const row of rowsOf(this.target, { table: 'sessions', tenant, order: 'by-id', ...question })) {
        changes.push(...rowsAfter({ ...readRecord(row.body), changedAt }, after, this.due));
        if (changes.length < PAGE_ROWS_MAX) continue;
        await this.store(this.from, changes);
        changes = [];
      }
      if (changes.length > 0) await this.store(this.from, changes);
    }
  }

  private async store({ after, mark }: Resumption, changes: readonly ReadChange[]): Promise<void> {
    const position = after === 'none' ? 0n : after;
    const marked = mark === undefined ? {} : { mark };
    await this.target.apply({ projection: BILLING, expected: this.checkpoint, position, ...marked, changes });
    this.from = { after: position, ...marked };
  }
}

function resumption(after: bigint | 'none', last: EventMark | undefined): Resumption {
  return { after, ...(last === undefined ? {} : { mark: { position: last.position, id: last.id } }) };
}

const SESSION_PREFIX = 'session-';

function tenantOf(event: RecordedEvent): string {
  return (JSON.parse(event.metadata) as { readonly tenant: string }).tenant;
}

async function storedBooks(target: BillingTarget): Promise<Map<string, Book>> {
  const books = new Map<string, Book>();
  for (const table of ['locations', 'tariffs', 'assignments'] as const) {
    for await (const { tenant, body } of rowsOf(target, { table, order: 'by-id' })) {
      const fact = JSON.parse(body) as { readonly type: string; readonly data: string };
      books.set(tenant, publishedInto(books.get(tenant) ?? EMPTY_BOOK, fact));
    }
  }
  return books;
}
