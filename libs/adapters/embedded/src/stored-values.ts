import { StorageFault } from '@ledger/ports';
import { instantOf, type Instant } from '@ledger/units';
import type { StoredRow } from './database';
import type { SQLOutputValue } from 'node:sqlite';

/** The text in a column. @throws StorageFault when it is none: the file is damaged */
export function textOf(row: StoredRow, column: string): string {
  return asText(row[column], column);
}

/** The value of a column as text. @throws StorageFault when it is none: the file is damaged */
export function asText(value: SQLOutputValue | undefined, column: string): string {
  return typeof value === 'string' ? value : damaged(column);
}

/** The text in a column, undefined where it is null. */
export function optionalTextOf(row: StoredRow, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

/** The whole number in a column. */
export function wholeOf(row: StoredRow, column: string): number {
  return asWhole(row[column], column);
}

/** The value of a column as a whole number. */
export function asWhole(value: SQLOutputValue | undefined, column: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : damaged(column);
}

/** The bytes in a column. */
export function bytesOf(row: StoredRow, column: string): Uint8Array {
  return asBytes(row[column], column);
}

/** The value of a column as bytes. */
export function asBytes(value: SQLOutputValue | undefined, column: string): Uint8Array {
  return value instanceof Uint8Array ? value : damaged(column);
}

/** The value of a column, milliseconds, as a moment. */
export function asMoment(value: SQLOutputValue | undefined, column: string): Instant {
  return instantOf(asWhole(value, column)) ?? damaged(column);
}

function damaged(column: string): never {
  throw new StorageFault(`a stored row is damaged: column ${column}`);
}
