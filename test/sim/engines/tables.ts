import { CheckpointConflict, PAGE_ROWS_MAX, cursorAfter, placeOf, sortOf } from '@ledger/ports';
import type {
  EventMark,
  Page,
  PageQuery,
  ReadBatch,
  ReadColumn,
  ReadRow,
  ReadTable,
  Totals,
  TotalsQuery,
} from '@ledger/ports';

import { sumText, unitsOf } from '../../../libs/adapters/embedded/src/exact-units';
import { checkColumns } from '../../../libs/adapters/embedded/src/read-tables';

/** Rows by table and key, with the checkpoints of the projections. Outlives the processes. */
export class Tables {
  readonly rows = new Map<ReadTable, Map<string, ReadRow>>();
  readonly checkpoints = new Map<string, bigint>();
  readonly marks = new Map<string, EventMark>();

  /** All or nothing. @throws CheckpointConflict, RangeError */
  apply({ projection, expected, position, mark, changes }: ReadBatch): void {
    const actual = this.checkpoint(projection);
    if (actual !== expected) throw new CheckpointConflict(projection, expected, actual);
    for (const change of changes) if (change.kind === 'put') checkRow(change.table, change.row);
    for (const change of changes) {
      if (change.kind === 'put') this.table(change.table).set(keyOf(change.row.tenant, change.row.id), change.row);
      else this.table(change.table).delete(keyOf(change.tenant, change.id));
    }
    this.checkpoints.set(projection, position);
    if (mark !== undefined) this.marks.set(projection, mark);
  }

  get(table: ReadTable, tenant: string, id: string): ReadRow | undefined {
    return this.table(table).get(keyOf(tenant, id));
  }

  page(query: PageQuery): Page {
    if (!(query.limit >= 1 && query.limit <= PAGE_ROWS_MAX)) throw new RangeError(`limit ${query.limit}`);
    const { skip = 0 } = query;
    if (!(Number.isSafeInteger(skip) && skip >= 0)) throw new RangeError(`skip ${skip}`);
    const order = ORDERS[query.order];
    const place = placeOf(query);
    const placed = this.matching(query).map((row) => ({
      row,
      sort: sortOf(query, row),
      id: row.id,
      tenant: row.tenant,
    }));
    const rows = placed
      .filter((one) => place === undefined || order(one, place) > 0)
      .sort(order)
      .slice(skip)
      .map(({ row }) => row);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return last !== undefined && rows.length > page.length
      ? { rows: page, next: cursorAfter(query, last) }
      : { rows: page };
  }

  count(query: TotalsQuery): number {
    return this.matching(query).length;
  }

  totals(query: TotalsQuery): readonly Totals[] {
    const groups = Map.groupBy(this.matching(query), ({ columns }) => columns.currency ?? '');
    return [...groups]
      .sort(([one], [other]) => compareUtf8(one, other))
      .map(([currency, rows]) => {
        const sum = (name: 'amount' | 'quantity'): string =>
          sumText(
            0n,
            rows.map((row) => row[name] ?? '0'),
          );
        return { currency, count: rows.length, amount: sum('amount'), quantity: sum('quantity') };
      });
  }

  checkpoint(projection: string): bigint | 'none' {
    return this.checkpoints.get(projection) ?? 'none';
  }

  table(table: ReadTable): Map<string, ReadRow> {
    const found = this.rows.get(table);
    if (found !== undefined) return found;
    const made = new Map<string, ReadRow>();
    this.rows.set(table, made);
    return made;
  }

  private matching({ table, tenant, by, where = {}, atMost, from, to }: TotalsQuery): ReadRow[] {
    checkColumns(table, [...Object.keys(where), ...(by === undefined ? [] : [by])]);
    const wanted = Object.entries(where) as [ReadColumn, string][];
    const isWanted = (row: ReadRow): boolean => {
      const { tenant: owner, columns } = row;
      return (
        (tenant === undefined || owner === tenant) &&
        wanted.every(([column, text]) => columns[column] === text) &&
        isAtMost(atMost === undefined ? undefined : columns[atMost.column], atMost?.text) &&
        isWithin(by === undefined ? row.sort : columns[by], { from, to })
      );
    };
    return [...this.table(table).values()].filter(isWanted);
  }
}

function isWithin(
  sort: string | undefined,
  { from, to }: { from: string | undefined; to: string | undefined },
): boolean {
  if (sort === undefined) return false;
  return (from === undefined || compareUtf8(sort, from) >= 0) && (to === undefined || compareUtf8(sort, to) < 0);
}

function isAtMost(text: string | undefined, bound: string | undefined): boolean {
  return bound === undefined || (text !== undefined && compareUtf8(text, bound) <= 0);
}

function checkRow(table: ReadTable, { columns, amount, quantity }: ReadRow): void {
  checkColumns(table, Object.keys(columns));
  unitsOf(amount);
  unitsOf(quantity);
}

function keyOf(tenant: string, id: string): string {
  return `${tenant}\n${id}`;
}

type Place = Pick<ReadRow, 'sort' | 'id' | 'tenant'>;
type Order = (one: Place, other: Place) => number;

const byId: Order = (one, other) => compareUtf8(one.id, other.id) || compareUtf8(one.tenant, other.tenant);
const oldestFirst: Order = (one, other) => compareUtf8(one.sort, other.sort) || byId(one, other);
const ORDERS: Readonly<Record<PageQuery['order'], Order>> = {
  'by-id': byId,
  'oldest-first': oldestFirst,
  'newest-first': (one, other) => oldestFirst(other, one),
};

const BEYOND_SURROGATES = /[\ud800-\uffff]/;

/** Order of the UTF-8 bytes, which is that of the code units while none lies beyond the surrogates. */
function compareUtf8(one: string, other: string): number {
  if (one === other) return 0;
  if (BEYOND_SURROGATES.test(one + other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : 1;
}
