import type { Runtime, ServicePlan } from '@ledger/platform';

import { BillingModule, BillingParts, billingWorkers } from '../../billing/src';
import { IngestionModule, ingestionWorkers } from '../../ingestion/src';
import { LedgerModule, LedgerParts, ledgerWorkers } from '../../ledger/src';

/** All apps in one process, by default on the embedded engines, with one folder of data. */
export function standalone(): ServicePlan {
  let ledger: LedgerParts | undefined;
  let billing: BillingParts | undefined;
  const ledgerOf = (runtime: Runtime): LedgerParts => (ledger ??= new LedgerParts(runtime));
  const billingOf = (runtime: Runtime): BillingParts => (billing ??= new BillingParts(runtime));
  return {
    name: 'standalone',
    modules: (runtime) => [
      IngestionModule.of(runtime),
      LedgerModule.of(runtime, ledgerOf(runtime)),
      BillingModule.of(runtime, billingOf(runtime)),
    ],
    workers: (runtime) => [
      ...billingWorkers(runtime, billingOf(runtime)),
      ...ledgerWorkers(runtime, ledgerOf(runtime)),
      ...ingestionWorkers(runtime),
    ],
  };
}
