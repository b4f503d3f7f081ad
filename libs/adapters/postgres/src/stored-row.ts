import { READ_COLUMNS, type ReadColumn, type ReadRow, type ReadTable } from '@ledger/ports';
import { isDecimalText } from '@ledger/units';
import { KEY_BYTES_MAX } from './settings';
import { fromStoredText, toStoredText } from './text';

/** A column's value as the driver sends and returns it. */
export type StoredValue = string | null;
/** A record as the driver returns it: everything is text. */
export type StoredRecord = Readonly<Record<string, StoredValue>>;

const NUMERIC_COLUMNS = ['amount', 'quantity'] as const;

/** The columns of a table in the order of their values in `toStored`. */
export function storedColumns(table: ReadTable): readonly string[] {
  return ['tenant', 'id', 'sort', ...READ_COLUMNS[table], ...NUMERIC_COLUMNS, 'body'];
}

/** The type of a stored column. */
export function storedType(column: string): 'text' | 'numeric' {
  return NUMERIC_COLUMNS.some((name) => name === column) ? 'numeric' : 'text';
}

/** The values of a row in the order of `storedColumns`. @throws RowRefused when the table can not hold the row */
export function toStored(table: ReadTable, row: ReadRow): readonly StoredValue[] {
  refuseStrangers(table, row);
  const columns = READ_COLUMNS[table].map((column) => row.columns[column] ?? null);
  const keys = [row.tenant, row.id, row.sort].map(toStoredText);
  const searched = columns.map((text) => (text === null ? null : toStoredText(text)));
  refuseLongKeys(table, row, [...keys, ...searched]);
  const numbers = NUMERIC_COLUMNS.map((column) => storedNumber(table, row, column));
  return [...keys, ...searched, ...numbers, toStoredText(row.body)];
}

/** The row of a record. @throws Error when the record is not what `toStored` writes */
export function fromStored(table: ReadTable, record: StoredRecord): ReadRow {
  const columns: Partial<Record<ReadColumn, string>> = {};
  for (const column of READ_COLUMNS[table]) {
    const text = record[column];
    if (text !== null && text !== undefined) columns[column] = fromStoredText(text);
  }
  const { amount, quantity } = record;
  return {
    tenant: present(table, record, 'tenant'),
    id: present(table, record, 'id'),
    sort: present(table, record, 'sort'),
    columns,
    ...(typeof amount === 'string' && { amount }),
    ...(typeof quantity === 'string' && { quantity }),
    body: present(table, record, 'body'),
  };
}

/** A row that the tables can not hold: a defect of the projection, or a limit of the engine. */
export class RowRefused extends RangeError {
  readonly code = 'row-refused';
  constructor(table: ReadTable, row: { readonly tenant: string; readonly id: string }, reason: string) {
    super(`${table} row ${JSON.stringify(row.id.slice(0, ID_SHOWN_MAX))}: ${reason}`);
  }
}

const ID_SHOWN_MAX = 100;

function storedNumber(table: ReadTable, row: ReadRow, column: (typeof NUMERIC_COLUMNS)[number]): StoredValue {
  const text = row[column];
  if (text === undefined) return null;
  if (!isDecimalText(text)) throw new RowRefused(table, row, `${column} ${JSON.stringify(text)} is not decimal text`);
  return text;
}

function refuseStrangers(table: ReadTable, row: ReadRow): void {
  const known: readonly string[] = READ_COLUMNS[table];
  const stranger = Object.keys(row.columns).find((column) => !known.includes(column));
  if (stranger !== undefined) throw new RowRefused(table, row, `the table has no column "${stranger}"`);
}

function refuseLongKeys(table: ReadTable, row: ReadRow, keys: readonly StoredValue[]): void {
  const units = keys.reduce((sum, key) => sum + (key?.length ?? 0), 0);
  if (units * UTF8_BYTES_PER_UNIT_MAX <= KEY_BYTES_MAX) return;
  const bytes = keys.reduce((sum, key) => sum + Buffer.byteLength(key ?? ''), 0);
  if (bytes <= KEY_BYTES_MAX) return;
  throw new RowRefused(table, row, `its keys have ${bytes} bytes together, ${KEY_BYTES_MAX} are possible`);
}

const UTF8_BYTES_PER_UNIT_MAX = 3;

function present(table: ReadTable, record: StoredRecord, column: string): string {
  const text = record[column];
  if (typeof text !== 'string') throw new Error(`a stored ${table} row has no ${column}`);
  return fromStoredText(text);
}
