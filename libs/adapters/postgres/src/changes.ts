import type { ReadChange, ReadRow, ReadTable } from '@ledger/ports';

/** What a batch comes to in one table: each row at most once, in the order of its key. */
export interface TableChanges {
  readonly table: ReadTable;
  readonly puts: readonly ReadRow[];
  readonly deletes: readonly RowKey[];
}

/** What finds a row in its table. */
export interface RowKey {
  readonly tenant: string;
  readonly id: string;
}

/**
 * Sums a batch up by table. The last change of a row wins, because one statement may touch a row once only. Tables and
 * rows come in a fixed order, so that two projections never wait for each other in a circle.
 */
export function foldChanges(changes: readonly ReadChange[]): readonly TableChanges[] {
  const byTable = new Map<ReadTable, Map<string, ReadChange>>();
  for (const change of changes) {
    const rows = byTable.get(change.table) ?? new Map<string, ReadChange>();
    byTable.set(change.table, rows);
    rows.set(orderKey(change.kind === 'put' ? change.row : change), change);
  }
  return [...byTable].sort(byKey).map(([table, rows]) => {
    const last = [...rows].sort(byKey).map(([, change]) => change);
    return {
      table,
      puts: last.flatMap((change) => (change.kind === 'put' ? [change.row] : [])),
      deletes: last.flatMap((change) => (change.kind === 'delete' ? [{ tenant: change.tenant, id: change.id }] : [])),
    };
  });
}

function orderKey({ tenant, id }: RowKey): string {
  return `${tenant.length}:${tenant}:${id}`;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
