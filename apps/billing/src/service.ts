import type { Runtime, ServicePlan } from '@ledger/platform';

import { BillingModule } from './billing.module';
import { BillingParts } from './billing-parts';
import { billingWorkers } from './workers';

/** Billing alone. */
export function billing(): ServicePlan {
  let parts: BillingParts | undefined;
  const partsOf = (runtime: Runtime): BillingParts => (parts ??= new BillingParts(runtime));
  return {
    name: 'billing',
    modules: (runtime) => [BillingModule.of(runtime, partsOf(runtime))],
    workers: (runtime) => billingWorkers(runtime, partsOf(runtime)),
  };
}
