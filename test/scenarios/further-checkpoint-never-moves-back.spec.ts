import type { FeedBatch } from '@ledger/ports';
import { BILLING, BILLING_PREFIXES, BillingProjection, file } from '@ledger/usecases';

import { publishTestBook, sessions } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { receiptsOf } from '../support/whole-ledger';

const due = { graceMs: 900_000, silenceMs: 86_400_000 };

describe('what is delivered again moves no checkpoint back', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    await pipeline.send(sessions(6));
    await pipeline.settle();
  });
  afterEach(() => pipeline.end());

  it('refuses a projector that is behind, and keeps the checkpoint of the one ahead', async () => {
    const ahead = await pipeline.model.checkpoint(BILLING);
    const fresh = await BillingProjection.open(
      { ...bound(pipeline), checkpoint: () => Promise.resolve('none' as const) },
      due,
    );
    for await (const batch of pipeline.store.readAll({ prefixes: BILLING_PREFIXES, after: 'none', batchMax: 5 })) {
      await expect(fresh.fold(batch)).rejects.toMatchObject({ code: 'checkpoint-conflict' });
      break;
    }
    expect(await pipeline.model.checkpoint(BILLING)).toBe(ahead);
  });

  it('files receipts that come again without moving their checkpoint back', async () => {
    const batches: FeedBatch[] = [];
    const replayed = pipeline.feed.consume({ topic: 'meter-receipts', group: 'again', batchMax: 3 }, (batch) => {
      batches.push(batch);
      return Promise.resolve();
    });
    while (batches.length < 4) await new Promise((resolve) => setImmediate(resolve));
    await replayed.stop();
    const filed = await receiptsOf(pipeline);
    for (const batch of batches) {
      const projection = `${batch.topic}/${batch.partition}`;
      const before = await pipeline.model.checkpoint(projection);
      await file(pipeline.model, batch);
      const after = await pipeline.model.checkpoint(projection);
      expect(before === 'none' || after === 'none' || after >= before).toBe(true);
    }
    expect(await receiptsOf(pipeline)).toEqual(filed);
  });
});

function bound({ model }: Pipeline): Pick<Pipeline['model'], 'get' | 'page' | 'apply' | 'mark' | 'totals'> {
  return {
    get: (table, tenant, id) => model.get(table, tenant, id),
    page: (query) => model.page(query),
    apply: (batch) => model.apply(batch),
    mark: (projection) => model.mark(projection),
    totals: (query) => model.totals(query),
  };
}
