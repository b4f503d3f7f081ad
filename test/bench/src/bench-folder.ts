import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDataFolder } from '@ledger/adapters/embedded';
import type { DataFolder } from '@ledger/adapters/embedded';
import { publishing } from '@ledger/usecases';

import { publishBook, valueOf } from './book';
import { writeDelivery } from './delivery';
import type { Delivery } from './delivery';
import { stationsOf } from './fleet';
import type { FleetPlan } from './fleet';

/** The tenant for whom everything is measured. */
export const TENANT = 'default';

/** A data folder with the engines as a service has them, the fleet's book published, and the lines that the fleet sends. */
export interface BenchFolder {
  readonly path: string;
  readonly engines: DataFolder;
  readonly delivery: Delivery;
  readonly plan: FleetPlan;
  /** Removes everything. */
  end(): Promise<void>;
}

/** Opens a new folder beside the other temporary files. */
export async function openBenchFolder(plan: FleetPlan): Promise<BenchFolder> {
  const path = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
  const delivery = writeDelivery(join(path, 'delivery.ndjson'), plan);
  const engines = await openDataFolder(join(path, 'data'));
  const { events: store, clock } = engines;
  const published = publishing({ store, clock, crash: () => undefined });
  const publisher = { tenant: TENANT, correlation: 'bench' };
  await publishBook(stationsOf(plan), {
    location: (_, text) => published.location(valueOf(text), publisher),
    tariff: (_, text) => published.tariff(valueOf(text), publisher),
    assignment: (assignment) => published.assignment(assignment, publisher),
  });
  return {
    path,
    engines,
    delivery,
    plan,
    end: async () => {
      await engines.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
