import { randomBytes } from 'node:crypto';
import {
  type Leadership,
  type ReadChange,
  ReadModelUnavailable,
  RebuildInProgress,
  type ReadRebuild,
  type ReadTable,
} from '@ledger/ports';
import type { Pool } from 'pg';
import { askPool } from './connection';
import { isMissing } from './faults';
import { readTables } from './read-tables';
import type { ResolvedSettings } from './settings';
import { type Shadow, createShadow, dropShadow, dropShadows, indexShadow, swapShadow } from './shadow';

/** What the rebuild is for. */
export interface RebuildScope {
  readonly tables: readonly ReadTable[];
  readonly projections: readonly string[];
}

/**
 * Opens a rebuild. One runs at a time: it holds an advisory lock for as long as it lasts, so what a dead process left
 * is known to be abandoned and is dropped first. @throws RebuildInProgress, ReadModelUnavailable
 */
export async function openRebuild(
  pool: Pool,
  settings: ResolvedSettings,
  scope: RebuildScope,
  elect: (name: string) => Promise<Leadership | undefined>,
): Promise<ReadRebuild> {
  const lead = await elect('rebuild');
  if (lead === undefined) throw new RebuildInProgress(`schema ${settings.schema} is being rebuilt already`);
  try {
    const shadow: Shadow = {
      live: settings.schema,
      schema: `${settings.schema}_rebuild_${randomBytes(6).toString('hex')}`,
      tables: [...new Set(scope.tables)].sort(),
      projections: scope.projections,
    };
    await dropShadows(askPool(pool), settings.schema);
    await createShadow(pool, shadow);
    return guarded(pool, settings, shadow, lead);
  } catch (error) {
    await lead.resign();
    throw error;
  }
}

function guarded(pool: Pool, settings: ResolvedSettings, shadow: Shadow, lead: Leadership): ReadRebuild {
  const tables = readTables(pool, shadow.schema, 'off');
  let isOpen = true;
  const finish = async (): Promise<void> => {
    isOpen = false;
    await lead.resign();
  };
  const inside = async <Result>(names: Names, work: () => Promise<Result>): Promise<Result> => {
    if (!isOpen) throw new ReadModelUnavailable('the rebuild is over: it was swapped in or discarded');
    for (const table of names.tables ?? []) refuseStranger('table', shadow.tables, table);
    if (names.projection !== undefined) refuseStranger('projection', shadow.projections, names.projection);
    return work().catch((error: unknown) => {
      throw isMissing(error) ? gone(error) : error;
    });
  };
  return {
    get: (table, tenant, id) => inside({ tables: [table] }, () => tables.get(table, tenant, id)),
    page: (query) => inside({ tables: [query.table] }, () => tables.page(query)),
    count: (query) => inside({ tables: [query.table] }, () => tables.count(query)),
    totals: (query) => inside({ tables: [query.table] }, () => tables.totals(query)),
    checkpoint: (projection) => inside({ projection }, () => tables.checkpoint(projection)),
    mark: (projection) => inside({ projection }, () => tables.mark(projection)),
    apply: (batch) =>
      inside({ projection: batch.projection, tables: batch.changes.map(tableOf) }, () => tables.apply(batch)),
    swap: () =>
      inside({}, async () => {
        await indexShadow(settings, shadow);
        await swapShadow(pool, shadow);
        await finish();
      }),
    discard: () =>
      inside({}, async () => {
        await dropShadow(askPool(pool), shadow);
        await finish();
      }),
  };
}

/** The tables and the projection that a call speaks of. */
interface Names {
  readonly tables?: readonly ReadTable[];
  readonly projection?: string;
}

function tableOf(change: ReadChange): ReadTable {
  return change.table;
}

function gone(cause: unknown): Error {
  return new ReadModelUnavailable('the rebuild is gone: its lock was lost, and a later one dropped its tables', {
    cause,
  });
}

function refuseStranger(kind: string, named: readonly string[], name: string): void {
  if (!named.includes(name)) throw new RangeError(`${kind} ${name} is not part of this rebuild (${named.join(', ')})`);
}
