import {
  PAGE_ROWS_MAX,
  type PagePlace,
  type PageQuery,
  placeOf,
  READ_COLUMNS,
  type ReadColumn,
  type ReadTable,
  type TotalsQuery,
} from '@ledger/ports';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Statement } from './statements';
import { type StoredValue, storedColumns } from './stored-row';
import { toStoredText } from './text';

/** Finds one row. */
export function rowQuestion(
  schema: string,
  table: ReadTable,
  key: { readonly tenant: string; readonly id: string },
): Statement {
  return compiled(sql`SELECT ${columnsOf(table)} FROM ${sql.table(`${schema}.${table}`)}
    WHERE tenant = ${toStoredText(key.tenant)} AND id = ${toStoredText(key.id)}`);
}

/** Finds a page and one row more, which tells whether there is a next one. @throws BadCursor, RangeError */
export function pageQuestion(schema: string, query: PageQuery): Statement {
  const { table, limit, skip = 0 } = query;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > PAGE_ROWS_MAX) {
    throw new RangeError(`a page has 1 to ${PAGE_ROWS_MAX} rows, not ${limit}`);
  }
  if (!Number.isSafeInteger(skip) || skip < 0) throw new RangeError(`${skip} rows can not be passed over`);
  const place = placeOf(query);
  const keys = orderKeys(query);
  const direction = query.order === 'newest-first' ? sql`DESC` : sql`ASC`;
  const order = sql.join(keys.map((key) => sql`${keyRef(query, key)} ${direction}`));
  const conditions = [...filtersOf(query), ...(place === undefined ? [] : [beyond(query, keys, place)])];
  return compiled(sql`SELECT ${columnsOf(table)} FROM ${sql.table(`${schema}.${table}`)}
    ${whereAll(conditions)} ORDER BY ${order} LIMIT ${sql.lit(limit + 1)}
    ${skip === 0 ? sql`` : sql`OFFSET ${sql.lit(skip)}`}`);
}

/** Counts all matching rows. */
export function countQuestion(schema: string, query: TotalsQuery): Statement {
  return compiled(
    sql`SELECT count(*) AS count FROM ${sql.table(`${schema}.${query.table}`)} ${whereAll(filtersOf(query))}`,
  );
}

/** Adds up all matching rows by currency, exactly, without trailing zeros. */
export function totalsQuestion(schema: string, query: TotalsQuery): Statement {
  const hasCurrency = READ_COLUMNS[query.table].some((column: ReadColumn) => column === 'currency');
  const currency = hasCurrency ? sql`coalesce(${sql.ref('currency')}, '')` : sql`''::text`;
  return compiled(sql`SELECT ${currency} AS currency, count(*) AS count,
    trim_scale(coalesce(sum(amount), 0)) AS amount, trim_scale(coalesce(sum(quantity), 0)) AS quantity
    FROM ${sql.table(`${schema}.${query.table}`)} ${whereAll(filtersOf(query))}
    GROUP BY 1 HAVING count(*) > 0 ORDER BY 1`);
}

/** Compiles only: statements run on the adapter's own connections. */
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

function compiled(query: RawBuilder<unknown>): Statement {
  const { sql: text, parameters } = query.compile(compiler);
  return { text, values: parameters.map(storedParameter) };
}

function storedParameter(parameter: unknown): StoredValue {
  if (typeof parameter !== 'string') throw new Error(`a query parameter is a ${typeof parameter}, not text`);
  return parameter;
}

function columnsOf(table: ReadTable): RawBuilder<unknown> {
  return sql.join(storedColumns(table).map((column) => sql.ref(column)));
}

/** Rows of several tenants may share sort and id, so their order ends with the tenant. */
function orderKeys({ order, tenant }: PageQuery): readonly (keyof PagePlace)[] {
  const keys: (keyof PagePlace)[] = order === 'by-id' ? ['id'] : ['sort', 'id'];
  return tenant === undefined ? [...keys, 'tenant'] : keys;
}

function beyond(query: PageQuery, keys: readonly (keyof PagePlace)[], place: PagePlace): RawBuilder<unknown> {
  const names = sql.join(keys.map((key) => keyRef(query, key)));
  const texts = sql.join(keys.map((key) => toStoredText(place[key])));
  return query.order === 'newest-first' ? sql`(${names}) < (${texts})` : sql`(${names}) > (${texts})`;
}

/** The column behind a key of the order; `by` stands in for `sort`. */
function keyRef({ table, by }: Pick<PageQuery, 'table' | 'by'>, key: keyof PagePlace): RawBuilder<unknown> {
  return key === 'sort' && by !== undefined ? columnRef(table, by) : sql`${sql.ref(key)}`;
}

function filtersOf(query: TotalsQuery): readonly RawBuilder<unknown>[] {
  const { table, tenant, by, where, atMost, from, to } = query;
  const sort = keyRef(query, 'sort');
  const filters: RawBuilder<unknown>[] = [];
  if (tenant !== undefined) filters.push(sql`tenant = ${toStoredText(tenant)}`);
  for (const [column, text] of Object.entries(where ?? {})) {
    filters.push(sql`${columnRef(table, column)} = ${toStoredText(text)}`);
  }
  if (atMost !== undefined) filters.push(sql`${columnRef(table, atMost.column)} <= ${toStoredText(atMost.text)}`);
  if (from !== undefined) filters.push(sql`${sort} >= ${toStoredText(from)}`);
  if (to !== undefined) filters.push(sql`${sort} < ${toStoredText(to)}`);
  if (by !== undefined) filters.push(sql`${sort} IS NOT NULL`);
  return filters;
}

function whereAll(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql`WHERE ${sql.join(conditions, sql` AND `)}`;
}

function columnRef(table: ReadTable, column: string): RawBuilder<unknown> {
  const known: readonly string[] = READ_COLUMNS[table];
  if (!known.includes(column)) throw new RangeError(`${table} can not be searched by "${column}"`);
  return sql`${sql.ref(column)}`;
}
