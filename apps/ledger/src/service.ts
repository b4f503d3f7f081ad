import type { Runtime, ServicePlan } from '@ledger/platform';

import { LedgerModule } from './ledger.module';
import { LedgerParts } from './ledger-parts';
import { ledgerWorkers } from './workers';

/** The ledger alone. */
export function ledger(): ServicePlan {
  let parts: LedgerParts | undefined;
  const partsOf = (runtime: Runtime): LedgerParts => (parts ??= new LedgerParts(runtime));
  return {
    name: 'ledger',
    modules: (runtime) => [LedgerModule.of(runtime, partsOf(runtime))],
    workers: (runtime) => ledgerWorkers(runtime, partsOf(runtime)),
  };
}
