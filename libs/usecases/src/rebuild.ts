import type { EventStore, ReadModel } from '@ledger/ports';

import { BILLING, BILLING_PREFIXES, BILLING_TABLES, BillingProjection } from './billing.projection';
import type { DuePolicy } from './session-rows';

/** What a rebuild needs. */
export interface RebuildPorts {
  readonly store: EventStore;
  readonly model: ReadModel;
  readonly due: DuePolicy;
}

/** How far a rebuild came. */
export interface RebuildProgress {
  /** Events of billing's streams folded so far. */
  readonly events: number;
  /** Position up to which they are folded. */
  readonly position: bigint;
}

/**
 * Whether the tables were filled by an earlier version of the projection, whose rows lack what this one keeps: then they have
 * to be rebuilt before the projection goes on.
 */
export async function isOfEarlierVersion(model: ReadModel): Promise<boolean> {
  if ((await model.checkpoint(BILLING)) !== 'none') return false;
  for (const table of BILLING_TABLES) {
    const { rows } = await model.page({ table, order: 'by-id', limit: 1 });
    if (rows.length > 0) return true;
  }
  return false;
}

/** Events that are read at a time. */
const REBUILD_BATCH = 2_000;

/**
 * Events after which a rebuild stores its rows: nobody reads them yet, and a session is rated and written once for all its
 * events in between. Until then they stay in memory.
 */
export const REBUILD_UNSTORED_MAX = 20_000;

/** Passes over what was appended meanwhile; after so many the tables are swapped, and the live projector catches up. */
const PASSES_MAX = 100;

/**
 * Folds all events anew into tables beside the live ones, and puts them in their place in one step once nothing is left to
 * fold. Who reads sees the old tables until then. A projector that is at work meanwhile meets a moved checkpoint at its next
 * batch and goes on from the new one. When anything fails, the live tables stay as they are.
 * @throws RebuildInProgress, ReadModelUnavailable, StoreUnavailable
 */
export async function rebuildTables(
  { store, model, due }: RebuildPorts,
  onProgress: (progress: RebuildProgress) => void = () => undefined,
): Promise<RebuildProgress> {
  const rebuild = await model.rebuild(BILLING_TABLES, [BILLING]);
  let progress: RebuildProgress = { events: 0, position: 0n };
  try {
    const projection = await BillingProjection.open(rebuild, due);
    for (let pass = 0; pass < PASSES_MAX; pass += 1) {
      const before = projection.checkpoint;
      let unstored = 0;
      for await (const batch of store.readAll({ prefixes: BILLING_PREFIXES, after: before, batchMax: REBUILD_BATCH })) {
        await projection.take(batch);
        unstored += batch.events.length;
        if (unstored >= REBUILD_UNSTORED_MAX) {
          await projection.flush();
          unstored = 0;
        }
        progress = { events: progress.events + batch.events.length, position: batch.position };
        onProgress(progress);
      }
      await projection.flush();
      if (projection.checkpoint === before) break;
    }
    await rebuild.swap();
  } catch (error) {
    await rebuild.discard().catch(() => undefined);
    throw error;
  }
  return progress;
}
