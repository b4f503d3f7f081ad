import { PAGE_ROWS_MAX, placeOf, type PageQuery, type TotalsQuery } from '@ledger/ports';
import { checkColumns } from './read-tables';

/** A condition with its values, in order. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

/** What a page is ordered by, and how. */
const ORDERS = {
  'newest-first': { keys: ['sort', 'id'], direction: 'DESC', sign: '<' },
  'oldest-first': { keys: ['sort', 'id'], direction: 'ASC', sign: '>' },
  'by-id': { keys: ['id'], direction: 'ASC', sign: '>' },
} as const;

/** The condition that all filters of a question make together. @throws RangeError for a column that is not the table's */
export function filterOf(query: TotalsQuery): Condition {
  const where = Object.entries(query.where ?? {});
  checkColumns(query.table, [
    ...where.map(([column]) => column),
    ...(query.atMost === undefined ? [] : [query.atMost.column]),
    ...(query.by === undefined ? [] : [query.by]),
  ]);
  const sort = sortColumn(query);
  const terms: (readonly [string, string | undefined])[] = [
    ['tenant = ?', query.tenant],
    ...where.map(([column, text]) => [`"${column}" = ?`, text] as const),
    [`"${query.atMost?.column ?? ''}" <= ?`, query.atMost?.text],
    [`${sort} >= ?`, query.from],
    [`${sort} < ?`, query.to],
  ];
  const asked = terms.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const present = query.by === undefined ? [] : [`${sort} IS NOT NULL`];
  const conditions = [...asked.map(({ sql }) => sql), ...present];
  return { sql: conditions.join(' AND ') || '1', values: asked.map(({ value }) => value) };
}

function sortColumn({ by }: Pick<PageQuery, 'by'>): string {
  return by === undefined ? 'sort' : `"${by}"`;
}

/** The condition and order of one page. @throws BadCursor, RangeError */
export function pageOf(query: PageQuery): Condition {
  const rows = rowsClause(query);
  const filter = filterOf(query);
  const { keys: ordered, direction, sign } = ORDERS[query.order];
  const keys = query.tenant === undefined ? [...ordered, 'tenant' as const] : ordered;
  const place = placeOf(query);
  const columns = keys.map((key) => (key === 'sort' ? sortColumn(query) : key));
  const behind = place === undefined ? '' : ` AND (${columns.join(', ')}) ${sign} (${keys.map(() => '?').join(', ')})`;
  const order = columns.map((column) => `${column} ${direction}`).join(', ');
  return {
    sql: `${filter.sql}${behind} ORDER BY ${order} ${rows}`,
    values: [...filter.values, ...(place === undefined ? [] : keys.map((key) => place[key]))],
  };
}

/** Which of the rows: one more than the page has, to tell whether there is a next one. @throws RangeError */
function rowsClause({ limit, skip = 0 }: PageQuery): string {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_ROWS_MAX) {
    throw new RangeError(`a page has 1 to ${PAGE_ROWS_MAX} rows, not ${limit}`);
  }
  if (!Number.isSafeInteger(skip) || skip < 0) throw new RangeError(`${skip} rows can not be passed over`);
  return `LIMIT ${limit + 1}${skip === 0 ? '' : ` OFFSET ${skip}`}`;
}
