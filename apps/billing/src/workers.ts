import type { Runtime, WorkerPlan } from '@ledger/platform';

import type { BillingParts } from './billing-parts';
import { measuringProjectionLag } from './projection-lag';
import { projecting } from './projector';

/** What billing does beside answering requests: follow the events and keep the tables. */
export function billingWorkers(runtime: Runtime, parts: BillingParts): readonly WorkerPlan[] {
  return [
    { name: 'project', start: () => projecting(runtime, parts) },
    { name: 'lag', start: () => measuringProjectionLag(runtime) },
  ];
}
