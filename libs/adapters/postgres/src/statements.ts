import type { ReadRow, ReadTable } from '@ledger/ports';
import type { RowKey, TableChanges } from './changes';
import { STATEMENT_ROWS_MAX } from './settings';
import { type StoredValue, storedColumns, storedType, toStored } from './stored-row';
import { toStoredText } from './text';

/** A statement and its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (StoredValue | readonly StoredValue[])[];
}

/** The statements that bring a table to what the batch says, a bounded number of rows each. @throws RowRefused */
export function writesOf(schema: string, { table, puts, deletes }: TableChanges): readonly Statement[] {
  return [
    ...chunksOf(puts).map((rows) => upsert(schema, table, rows)),
    ...chunksOf(deletes).map((keys) => removal(schema, table, keys)),
  ];
}

/** Quotes a name for SQL. */
export function quoted(...names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}

function upsert(schema: string, table: ReadTable, rows: readonly ReadRow[]): Statement {
  const columns = storedColumns(table);
  const stored = rows.map((row) => toStored(table, row));
  const arrays = columns.map((column, index) => `$${index + 1}::${storedType(column)}[]`);
  const names = columns.map((column) => quoted(column));
  const assignments = columns.slice(KEY_COLUMNS).map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  return {
    text:
      `INSERT INTO ${quoted(schema, table)} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})` +
      ` ON CONFLICT ("tenant", "id") DO UPDATE SET ${assignments.join(', ')}`,
    values: columns.map((_, index) => stored.map((values) => values[index] ?? null)),
  };
}

/** `tenant` and `id` come first and never change. */
const KEY_COLUMNS = 2;

function removal(schema: string, table: ReadTable, keys: readonly RowKey[]): Statement {
  return {
    text:
      `DELETE FROM ${quoted(schema, table)} AS held USING unnest($1::text[], $2::text[]) AS gone (tenant, id)` +
      ' WHERE held.tenant = gone.tenant AND held.id = gone.id',
    values: [keys.map(({ tenant }) => toStoredText(tenant)), keys.map(({ id }) => toStoredText(id))],
  };
}

function chunksOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const chunks: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += STATEMENT_ROWS_MAX) {
    chunks.push(items.slice(from, from + STATEMENT_ROWS_MAX));
  }
  return chunks;
}
