import {
  PAGE_ROWS_MAX,
  type PagePlace,
  type PageQuery,
  placeOf,
  READ_COLUMNS,
  type ReadColumn,
  type ReadTable,
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

/** What `totals` is asked. */
export type TotalsQuery = Omit<PageQuery, 'order' | 'cursor' | 'limit'>;

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
  const { table, limit } = query;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > PAGE_ROWS_MAX) {
    throw new RangeError(`a page has 1 to ${PAGE_ROWS_MAX} rows, not ${limit}`);
  }
  const place = placeOf(query);
  const keys = orderKeys(query);
  const direction = query.order === 'newest-first' ? sql`DESC` : sql`ASC`;
  const order = sql.join(keys.map((key) => sql`${sql.ref(key)} ${direction}`));
  const conditions = [...filtersOf(query), ...(place === undefined ? [] : [beyond(query, keys, place)])];
  return compiled(sql`SELECT ${columnsOf(table)} FROM ${sql.table(`${schema}.${table}`)}
    ${whereAll(conditions)} ORDER BY ${order} LIMIT ${sql.lit(limit + 1)}`);
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

function beyond({ order }: PageQuery, keys: readonly (keyof PagePlace)[], place: PagePlace): RawBuilder<unknown> {
  const names = sql.join(keys.map((key) => sql.ref(key)));
  const texts = sql.join(keys.map((key) => toStoredText(place[key])));
  return order === 'newest-first' ? sql`(${names}) < (${texts})` : sql`(${names}) > (${texts})`;
}

function filtersOf({ table, tenant, where, atMost, from, to }: TotalsQuery): readonly RawBuilder<unknown>[] {
  const filters: RawBuilder<unknown>[] = [];
  if (tenant !== undefined) filters.push(sql`tenant = ${toStoredText(tenant)}`);
  for (const [column, text] of Object.entries(where ?? {})) {
    filters.push(sql`${columnRef(table, column)} = ${toStoredText(text)}`);
  }
  if (atMost !== undefined) filters.push(sql`${columnRef(table, atMost.column)} <= ${toStoredText(atMost.text)}`);
  if (from !== undefined) filters.push(sql`sort >= ${toStoredText(from)}`);
  if (to !== undefined) filters.push(sql`sort < ${toStoredText(to)}`);
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
