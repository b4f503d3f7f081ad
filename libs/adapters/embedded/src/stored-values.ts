import { StorageFault } from '@ledger/ports';
import { instantOf, type Instant } from '@ledger/units';
import type { StoredRow } from './database';

/** The text in a column. @throws StorageFault when it is none: the file is damaged */
export function textOf(row: StoredRow, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : damaged(column);
}

/** The text in a column, undefined where it is null. */
export function optionalTextOf(row: StoredRow, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

/** The whole number in a column. */
export function wholeOf(row: StoredRow, column: string): number {
  const value = row[column];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : damaged(column);
}

/** The bytes in a column. */
export function bytesOf(row: StoredRow, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : damaged(column);
}

/** The moment that a column holds as milliseconds. */
export function momentOf(row: StoredRow, column: string): Instant {
  return instantOf(wholeOf(row, column)) ?? damaged(column);
}

function damaged(column: string): never {
  throw new StorageFault(`a stored row is damaged: column ${column}`);
}
