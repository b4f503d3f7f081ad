import { join } from 'node:path';

import { Stopwatch } from '../stopwatch';
import type { Spent } from '../stopwatch';
import { psql } from './psql';

/**
 * Copies the rows that tables hold now into tables of the same columns without any index, as fast as PostgreSQL takes them:
 * the least that filling those tables could cost.
 */
export async function rawCopy(url: string, tables: readonly string[], folder: string): Promise<Spent> {
  const fileOf = (table: string): string => join(folder, `${table}.copy`);
  for (const table of tables) {
    await psql(url, `CREATE TABLE raw_${table} (LIKE ${table})`);
    await psql(url, `\\copy ${table} TO '${fileOf(table)}'`);
  }
  const watch = new Stopwatch();
  watch.start();
  for (const table of tables) await psql(url, `\\copy raw_${table} FROM '${fileOf(table)}'`);
  const spent = watch.spent();
  for (const table of tables) await psql(url, `DROP TABLE raw_${table}`);
  return spent;
}
