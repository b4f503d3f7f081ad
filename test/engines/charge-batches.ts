import { type ReadBatch, ReadModelUnavailable, type ReadRow, RebuildInProgress } from '@ledger/ports';

/** A charge with few words. */
export const charge = (id: string, more: Partial<ReadRow> = {}): ReadRow => ({
  tenant: 'default',
  id,
  sort: '2026-06-01T08:15:00.000Z',
  columns: { currency: 'EUR' },
  body: '{}',
  ...more,
});

/** A batch that puts charges and moves the checkpoint of the projection `charges`. */
export const batchOf = (expected: bigint | 'none', position: bigint, ...rows: readonly ReadRow[]): ReadBatch => ({
  projection: 'charges',
  expected,
  position,
  changes: rows.map((row) => ({ kind: 'put', table: 'charges', row })),
});

/** The adapter replaces broken connections by itself; a query that met one fails first. */
export async function eventually<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      const isPassing = error instanceof ReadModelUnavailable || error instanceof RebuildInProgress;
      if (!isPassing || count === ATTEMPTS_MAX) throw error;
    }
  }
}

const ATTEMPTS_MAX = 50;
