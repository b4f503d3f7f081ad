import type { ServicePlan } from '@ledger/platform';

import { IngestionModule } from './ingestion.module';
import { ingestionWorkers } from './workers';

/** Ingestion alone. */
export function ingestion(): ServicePlan {
  return { name: 'ingestion', modules: (runtime) => [IngestionModule.of(runtime)], workers: ingestionWorkers };
}
