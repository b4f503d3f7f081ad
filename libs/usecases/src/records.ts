import type { Page, PageQuery, ReadQueries, ReadRow } from '@ledger/ports';

/** Most rows that one page of any question may have. */
export const PAGE_ROWS_MAX = 1_000;

/** Walks through all rows of a question, page by page, in the asked order. */
export async function* rowsOf(
  model: Pick<ReadQueries, 'page'>,
  query: Omit<PageQuery, 'cursor' | 'limit'>,
): AsyncIterable<ReadRow> {
  let cursor: string | undefined;
  do {
    const page: Page = await model.page({
      ...query,
      ...(cursor === undefined ? {} : { cursor }),
      limit: PAGE_ROWS_MAX,
    });
    yield* page.rows;
    cursor = page.next;
  } while (cursor !== undefined);
}
