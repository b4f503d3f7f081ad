import type { EventStore, Page, PageQuery, ReadQueries, ReadRow, RecordedEvent } from '@ledger/ports';
import { assessmentOf, evolve, readSessionEvent, unopened } from '@ledger/session';
import type { Assessment, Session } from '@ledger/session';
import { sessionStream } from '@ledger/units';

import { EMPTY_BOOK, publishedInto } from './book';
import type { Book } from './book';
import { rowsOf } from './records';
import { readRecord } from './session-record';
import type { SessionRecord } from './session-record';
import { chargeView, ratedNow, sessionView } from './session-view';
import type { ChargeView, SessionView } from './session-view';

/** What the questions need. */
export interface QueryPorts {
  readonly store: EventStore;
  readonly model: ReadQueries;
  /** What is published, as far as it is folded. */
  bookOf(tenant: string): Promise<Book>;
}

/** A page of views and the cursor of the next one. */
export interface Views<View> {
  readonly items: readonly View[];
  readonly next?: string;
}

/** Events of a history that one page has at most. */
export const HISTORY_EVENTS_MAX = 1_000;

/** One session, or undefined when the tenant has none of that id. */
export async function findSession(ports: QueryPorts, tenant: string, id: string): Promise<SessionView | undefined> {
  const row = await ports.model.get('sessions', tenant, id);
  return row === undefined ? undefined : viewOf(ports, await ports.bookOf(tenant), row);
}

/** A page of sessions. @throws BadCursor */
export async function listSessions(
  ports: QueryPorts,
  query: Omit<PageQuery, 'table'> & { readonly tenant: string },
): Promise<Views<SessionView>> {
  const page = await ports.model.page({ ...query, table: 'sessions' });
  const book = await ports.bookOf(query.tenant);
  const items: SessionView[] = [];
  for (const row of page.rows) items.push(await viewOf(ports, book, row));
  return withNext(items, page);
}

/** The charge of a session, or its running cost; undefined when the tenant has no such session. */
export async function findCharge(ports: QueryPorts, tenant: string, session: string): Promise<ChargeView | undefined> {
  const row = await ports.model.get('sessions', tenant, session);
  if (row === undefined) return undefined;
  const record = readRecord(row.body);
  const book = await ports.bookOf(tenant);
  return chargeView(record, ratedNow(book, record, await assessmentNow(ports.store, record)));
}

/** The stored events of a session, in order, from a revision on. */
export async function sessionHistory(
  ports: QueryPorts,
  session: string,
  range: { readonly from: bigint; readonly max: number },
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of ports.store.read(sessionStream(session), range)) events.push(event);
  return events;
}

/** The book of a tenant as the read model has it. */
export async function storedBook(model: ReadQueries, tenant: string): Promise<Book> {
  let book = EMPTY_BOOK;
  for (const table of ['locations', 'tariffs', 'assignments'] as const) {
    for await (const { body } of rowsOf(model, { table, tenant, order: 'by-id' })) {
      book = publishedInto(book, JSON.parse(body) as { readonly type: string; readonly data: string });
    }
  }
  return book;
}

async function viewOf(ports: QueryPorts, book: Book, row: ReadRow): Promise<SessionView> {
  const record = readRecord(row.body);
  const assessment = await assessmentNow(ports.store, record);
  return sessionView(record, assessment, ratedNow(book, record, assessment));
}

/** The closed assessment, or what the statements of an open session say so far. */
export async function assessmentNow(store: EventStore, record: SessionRecord): Promise<Assessment> {
  if (record.assessment !== undefined) return record.assessment;
  const { id: session, tenant, station, transaction } = record;
  let state: Session = unopened({ session, tenant, station, transaction });
  for await (const { type, data } of store.read(sessionStream(session)))
    state = evolve(state, readSessionEvent(type, data));
  return assessmentOf(state);
}

function withNext<View>(items: readonly View[], { next }: Page): Views<View> {
  return next === undefined ? { items } : { items, next };
}
