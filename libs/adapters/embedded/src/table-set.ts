import {
  CheckpointConflict,
  cursorAfter,
  type EventMark,
  type Page,
  type PageQuery,
  type ReadBatch,
  type ReadChange,
  type ReadRow,
  type ReadTable,
  type Totals,
  type TotalsQuery,
} from '@ledger/ports';
import type { StatementSync } from 'node:sqlite';
import { BoundedCache } from './bounded-cache';
import type { Database, StoredRow, StoredValue } from './database';
import { sumText, unitsOf } from './exact-units';
import { EMBEDDED_LIMITS } from './limits';
import { filterOf, pageOf } from './page-statement';
import { checkColumns, columnsOf, keyColumnsOf } from './read-tables';
import { optionalTextOf, textOf, wholeOf } from './stored-values';

/** The names under which a set of tables lies in the file. @throws RangeError for a table or projection that is not in the set */
export interface TableNames {
  readonly tableName: (table: ReadTable) => string;
  readonly checkProjection: (projection: string) => void;
  /** The table of checkpoints. */
  readonly checkpoints: string;
}

/** Tables with their checkpoints: the live ones, or those of a rebuild. */
export class TableSet {
  private readonly statements = new BoundedCache<string, StatementSync>(EMBEDDED_LIMITS.readStatementsMax);

  constructor(
    private readonly database: Database,
    private readonly names: TableNames,
  ) {}

  apply(batch: ReadBatch): void {
    this.names.checkProjection(batch.projection);
    this.database.transaction(() => {
      const actual = this.checkpoint(batch.projection);
      if (actual !== batch.expected) throw new CheckpointConflict(batch.projection, batch.expected, actual);
      for (const change of batch.changes) this.change(change);
      this.prepared(
        `INSERT INTO ${this.names.checkpoints} (projection, position, mark_position, mark_id) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET position = excluded.position,
           mark_position = coalesce(excluded.mark_position, mark_position), mark_id = coalesce(excluded.mark_id, mark_id)`,
      ).run(batch.projection, `${batch.position}`, batch.mark?.position.toString() ?? null, batch.mark?.id ?? null);
    });
  }

  get(table: ReadTable, tenant: string, id: string): ReadRow | undefined {
    const sql = `SELECT ${rowColumns(table)} FROM "${this.names.tableName(table)}" WHERE tenant = ? AND id = ?`;
    const row = this.database.guard(() => this.prepared(sql).get(tenant, id));
    return row === undefined ? undefined : fromStored(table, row);
  }

  page(query: PageQuery): Page {
    const { sql, values } = pageOf(query);
    const select = `SELECT ${rowColumns(query.table)} FROM "${this.names.tableName(query.table)}" WHERE ${sql}`;
    const rows = this.database.guard(() =>
      this.prepared(select)
        .all(...values)
        .map((row) => fromStored(query.table, row)),
    );
    const last = rows[query.limit - 1];
    return rows.length > query.limit && last !== undefined
      ? { rows: rows.slice(0, query.limit), next: cursorAfter(query, last) }
      : { rows };
  }

  count(query: TotalsQuery): number {
    const { sql, values } = filterOf(query);
    const select = `SELECT count(*) AS count FROM "${this.names.tableName(query.table)}" WHERE ${sql}`;
    return this.database.guard(() => wholeOf(this.prepared(select).get(...values) ?? {}, 'count'));
  }

  totals(query: TotalsQuery): readonly Totals[] {
    const { sql, values } = filterOf(query);
    const hasCurrency = columnsOf(query.table).includes('currency');
    const currency = hasCurrency ? "coalesce(currency, '')" : "''";
    const from = `FROM "${this.names.tableName(query.table)}" WHERE ${sql}`;
    const odd = '((amount IS NOT NULL AND amount_units IS NULL) OR (quantity IS NOT NULL AND quantity_units IS NULL))';
    return this.database.guard(() => {
      const sums = this.prepared(
        `SELECT ${currency} AS currency, count(*) AS count, sum(${odd}) AS odd, ${SUMS} ${from} GROUP BY 1 ORDER BY 1`,
      );
      sums.setReadBigInts(true);
      const groups = sums.all(...values);
      const hasOdd = groups.some((group) => bigOf(group, 'odd') > 0n);
      const others = hasOdd
        ? this.prepared(`SELECT ${currency} AS currency, ${ODD_COLUMNS} ${from} AND ${odd}`).all(...values)
        : [];
      return groups.map((group) => totalsOf(group, others));
    });
  }

  checkpoint(projection: string): bigint | 'none' {
    this.names.checkProjection(projection);
    const sql = `SELECT position FROM ${this.names.checkpoints} WHERE projection = ?`;
    const row = this.database.guard(() => this.prepared(sql).get(projection));
    return row === undefined ? 'none' : BigInt(textOf(row, 'position'));
  }

  mark(projection: string): EventMark | undefined {
    this.names.checkProjection(projection);
    const sql = `SELECT mark_position, mark_id FROM ${this.names.checkpoints} WHERE projection = ?`;
    const row = this.database.guard(() => this.prepared(sql).get(projection));
    if (row === undefined) return undefined;
    const [position, id] = [optionalTextOf(row, 'mark_position'), optionalTextOf(row, 'mark_id')];
    return position === undefined || id === undefined ? undefined : { position: BigInt(position), id };
  }

  private change(change: ReadChange): void {
    const name = this.names.tableName(change.table);
    if (change.kind === 'delete') {
      this.prepared(`DELETE FROM "${name}" WHERE tenant = ? AND id = ?`).run(change.tenant, change.id);
    } else {
      this.put(change.table, name, change.row);
    }
  }

  /** Most puts change a row that is there and none of its keys: then the indexes are left alone. */
  private put(table: ReadTable, name: string, row: ReadRow): void {
    const { others, found, all } = SHAPES[table];
    const stored = toStored(table, row);
    const valuesOf = (columns: readonly string[]): StoredValue[] => columns.map((column) => stored[column] ?? null);
    const update = this.prepared(`update ${name}`, () => updateSql(name, others, found));
    if (update.run(...valuesOf(others), ...valuesOf(found)).changes !== 0) return;
    this.prepared(`put ${name}`, () => putSql(name, all)).run(...valuesOf(all));
  }

  private prepared(key: string, sql = (): string => key): StatementSync {
    const known = this.statements.get(key);
    if (known !== undefined) return known;
    const made = this.database.prepare(sql());
    this.statements.set(key, made);
    return made;
  }
}

/** Sums of 64-bit numbers in two halves, so that no sum overflows. */
const SUMS = ['amount', 'quantity']
  .map(
    (name) =>
      `coalesce(sum(${name}_units >> 32), 0) AS ${name}_high, coalesce(sum(${name}_units & 4294967295), 0) AS ${name}_low`,
  )
  .join(', ');

const ODD_COLUMNS = ['amount', 'quantity']
  .map((name) => `CASE WHEN ${name}_units IS NULL THEN ${name} END AS ${name}`)
  .join(', ');

function totalsOf(group: StoredRow, others: readonly StoredRow[]): Totals {
  const currency = textOf(group, 'currency');
  const odd = others.filter((row) => row['currency'] === currency);
  const sum = (name: string): string =>
    sumText(
      (bigOf(group, `${name}_high`) << 32n) + bigOf(group, `${name}_low`),
      odd.flatMap((row) => optionalTextOf(row, name) ?? []),
    );
  return { currency, count: Number(bigOf(group, 'count')), amount: sum('amount'), quantity: sum('quantity') };
}

function bigOf(row: StoredRow, column: string): bigint {
  const value = row[column];
  return typeof value === 'bigint' ? value : 0n;
}

/** The columns of a row: those that find it unchanged in its keys, the others, and all. */
interface Shape {
  readonly found: readonly string[];
  readonly others: readonly string[];
  readonly all: readonly string[];
}

const SHAPES: Readonly<Record<ReadTable, Shape>> = {
  sessions: shapeOf('sessions'),
  charges: shapeOf('charges'),
  receipts: shapeOf('receipts'),
  quarantine: shapeOf('quarantine'),
  locations: shapeOf('locations'),
  tariffs: shapeOf('tariffs'),
  assignments: shapeOf('assignments'),
};

function shapeOf(table: ReadTable): Shape {
  const found = ['tenant', 'id', ...keyColumnsOf(table)];
  const all = [
    'tenant',
    'id',
    'sort',
    ...columnsOf(table),
    'amount',
    'quantity',
    'amount_units',
    'quantity_units',
    'body',
  ];
  return { found, all, others: all.filter((column) => !found.includes(column)) };
}

function updateSql(name: string, columns: readonly string[], keys: readonly string[]): string {
  return `UPDATE "${name}" SET ${columns.map((column) => `${column} = ?`).join(', ')}
    WHERE ${keys.map((key) => (IDENTITY.has(key) ? `${key} = ?` : `${key} IS ?`)).join(' AND ')}`;
}

/** What identifies a row; never null, unlike other keys. */
const IDENTITY = new Set(['tenant', 'id']);

function putSql(name: string, columns: readonly string[]): string {
  return `INSERT INTO "${name}" (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (tenant, id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`;
}

function toStored(table: ReadTable, row: ReadRow): Readonly<Record<string, StoredValue | undefined>> {
  const { columns, tenant, id, sort, amount, quantity, body } = row;
  checkColumns(table, Object.keys(columns));
  const units = { amount_units: unitsOf(amount), quantity_units: unitsOf(quantity) };
  return { ...columns, tenant, id, sort, amount, quantity, ...units, body };
}

function fromStored(table: ReadTable, row: StoredRow): ReadRow {
  const columns: ReadRow['columns'] = Object.fromEntries(
    columnsOf(table).flatMap((column) => {
      const text = optionalTextOf(row, column);
      return text === undefined ? [] : [[column, text]];
    }),
  );
  const [amount, quantity] = [optionalTextOf(row, 'amount'), optionalTextOf(row, 'quantity')];
  return {
    tenant: textOf(row, 'tenant'),
    id: textOf(row, 'id'),
    sort: textOf(row, 'sort'),
    columns,
    ...(amount === undefined ? {} : { amount }),
    ...(quantity === undefined ? {} : { quantity }),
    body: textOf(row, 'body'),
  };
}

/** The columns of a row that is handed out; the sums' whole numbers stay inside, for they may be larger than a double holds. */
function rowColumns(table: ReadTable): string {
  return ['tenant', 'id', 'sort', ...columnsOf(table), 'amount', 'quantity', 'body']
    .map((name) => `"${name}"`)
    .join(', ');
}
