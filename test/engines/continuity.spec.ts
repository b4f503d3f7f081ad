import { EmbeddedReadModel } from '@ledger/adapters/embedded';
import type { ReadModel } from '@ledger/ports';
import { BILLING_PREFIXES, BillingProjection, Roaming, continuityPage, continuityTotals } from '@ledger/usecases';

import type { FleetPlan } from '../../apps/ledgerctl/src/simulate/charger';
import { ALL_FAULTS } from '../../apps/ledgerctl/src/simulate/faults';
import { TARIFF } from '../support/book';
import { Pipeline, TENANT } from '../support/pipeline';
import { deliver, publishLocations, simulated, startAt } from '../support/simulated-fleet';
import { publishTariffs } from '../support/whole-ledger';
import { trialDatabase } from './postgres-database';

const DUE = { graceMs: 900_000, silenceMs: 86_400_000 };
const PLAN: FleetPlan = {
  ...{ chargers: 12, sessions: 5, days: undefined, format: 'mixed', duplicates: 0.02, seed: 91, faults: ALL_FAULTS },
  fromMs: Date.parse('2026-03-02T00:00:00Z'),
};

jest.setTimeout(120_000);

describe('one store in the tables of SQLite and of PostgreSQL', () => {
  const database = trialDatabase();
  const pipeline = Pipeline.open();
  let models: readonly ReadModel[];

  beforeAll(async () => {
    startAt(pipeline, PLAN);
    await publishTariffs(pipeline, [{ tariff: TARIFF }]);
    await publishLocations(pipeline, PLAN);
    await deliver(pipeline, simulated(PLAN).messages);
    const postgres = await database.open();
    const projection = await BillingProjection.open(postgres, DUE);
    for await (const batch of pipeline.store.readAll({ prefixes: BILLING_PREFIXES, after: 'none' })) {
      await projection.fold(batch);
    }
    models = [pipeline.model, postgres];
    expect(models[0]).toBeInstanceOf(EmbeddedReadModel);
  });
  afterAll(async () => {
    await database.end();
    await pipeline.end();
  });

  /** What both give, which has to be the same. */
  async function same<Answer>(ask: (model: ReadModel) => Promise<Answer>): Promise<Answer> {
    const [embedded, postgres] = await Promise.all(models.map(ask));
    if (embedded === undefined) throw new Error('there is no answer');
    expect(postgres).toEqual(embedded);
    return embedded;
  }

  it.each([1, 7, 1_000])('gives the same pages and sums of the continuity of meters, %d to a page', async (limit) => {
    const totals = await same((model) => continuityTotals(model, { tenant: TENANT }));
    let meters = 0;
    for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
      const place = { limit, ...(cursor === undefined ? {} : { cursor }) };
      const page = await same((model) => continuityPage(model, { tenant: TENANT }, place));
      meters += page.items.length;
      cursor = page.next;
    }
    expect(meters).toBe(totals.meters);
    expect(totals.sessions).toBeGreaterThan(50);
  });

  it.each(['sessions', 'cdrs'] as const)('gives partners the same pages of %s', async (kind) => {
    const { store, keys } = pipeline;
    const asked = { tenant: TENANT, version: '2.2.1', kind, party: { countryCode: 'DE', partyId: 'LDG' } } as const;
    let [seen, total] = [0, 0];
    for (let after: string | undefined, pages = 0; pages === 0 || after !== undefined; pages += 1) {
      const place = { offset: 0, limit: 9, ...(after === undefined ? {} : { after }) };
      const page = await same((model) => {
        const roaming = new Roaming({ store, keys, model, bookOf: (tenant) => pipeline.bookOf(tenant) });
        return roaming.page({ ...asked, ...place });
      });
      seen += page.objects.length + page.leftOut.length;
      total = page.total;
      after = page.next;
    }
    expect(seen).toBe(total);
    expect(kind === 'sessions' ? total : 1).toBeGreaterThan(kind === 'sessions' ? 50 : 0);
  });
});
