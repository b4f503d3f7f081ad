import { type ReadBatch, ReadModelUnavailable, type ReadRow, RebuildInProgress } from '@ledger/ports';
import { PATIENCE_MS } from '@ledger/ports/trial.contract';

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

/** Tries again while the engine is away: a connection that broke fails one query, a crashed server many. */
export async function eventually<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isPassing = error instanceof ReadModelUnavailable || error instanceof RebuildInProgress;
      if (!isPassing || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

const PAUSE_MS = 20;
