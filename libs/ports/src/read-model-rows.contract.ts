import type { Page, PageQuery, ReadBatch, ReadChange, ReadModel, ReadQueries, ReadRow, ReadTable } from './read-model';
import { unique } from './trial.contract';

/** A row with few words: everything but the id has a default. */
export function row(tenant: string, id: string, rest: Partial<Omit<ReadRow, 'tenant' | 'id'>> = {}): ReadRow {
  return { tenant, id, sort: '2026-06-01T00:00:00.000Z', columns: {}, body: `{"id":"${id}"}`, ...rest };
}

export function put(table: ReadTable, each: ReadRow): ReadChange {
  return { kind: 'put', table, row: each };
}

/** The first batch of a projection of its own, so that tests do not meet. */
export function firstBatch(changes: readonly ReadChange[], projection = unique('projection')): ReadBatch {
  return { projection, expected: 'none', position: 1n, changes };
}

/** Stores rows of one table. */
export async function store(
  model: Pick<ReadModel, 'apply'>,
  table: ReadTable,
  rows: readonly ReadRow[],
): Promise<void> {
  await model.apply(firstBatch(rows.map((each) => put(table, each))));
}

/** The ids of all pages, page by page. */
export async function pagesOf(model: ReadQueries, query: PageQuery): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | undefined; ;) {
    const page: Page = await model.page(cursor === undefined ? query : { ...query, cursor });
    pages.push(page.rows.map((each) => each.id));
    if (page.next === undefined) return pages;
    cursor = page.next;
  }
}

/** The ids of all rows that answer a question, oldest first unless it says otherwise. */
export async function idsOf(
  model: ReadQueries,
  query: Partial<PageQuery> & { readonly table: ReadTable },
): Promise<string[]> {
  return (await pagesOf(model, { order: 'oldest-first', limit: 100, ...query })).flat();
}
