import { CheckpointConflict } from '@ledger/ports';
import type { FollowedBatch, PageQuery } from '@ledger/ports';

import { publishTestBook } from '../../../test/support/fleet';
import { Pipeline, TENANT } from '../../../test/support/pipeline';
import { BILLING_PREFIXES, BillingProjection } from './billing.projection';

const DUE = { graceMs: 900_000, silenceMs: 86_400_000 };

describe('a projection of billing', () => {
  it('stores nothing with a book that another projector completed while it was read', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const quick = await BillingProjection.open(pipeline.model, DUE);
    const { model } = pipeline;
    const slow = await BillingProjection.open(
      {
        get: (table, tenant, id) => model.get(table, tenant, id),
        page: async (query: PageQuery) => {
          const page = await model.page(query);
          if (query.table === 'tariffs') for (const batch of await published(pipeline)) await quick.fold(batch);
          return page;
        },
        apply: (batch) => model.apply(batch),
        checkpoint: (projection) => model.checkpoint(projection),
        mark: (projection) => model.mark(projection),
        totals: (query) => model.totals(query),
      },
      DUE,
    );
    expect(slow.bookOf(TENANT).tariffs.tariffs).toEqual([]);
    expect(quick.bookOf(TENANT).tariffs.tariffs).toHaveLength(1);
    const next = { events: [], position: 1_000n, caughtUp: true };
    await expect(slow.fold(next)).rejects.toThrow(CheckpointConflict);
    await pipeline.end();
  });
});

async function published(pipeline: Pipeline): Promise<readonly FollowedBatch[]> {
  const batches: FollowedBatch[] = [];
  for await (const batch of pipeline.store.readAll({ prefixes: BILLING_PREFIXES, after: 'none' })) batches.push(batch);
  return batches;
}
