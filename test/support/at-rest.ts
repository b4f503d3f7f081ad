import { until } from './served-ledger';
import type { ServedLedger } from './served-ledger';

/** Waits until everything that was sent to a ledger can be asked for: nothing is waiting anywhere, and the tables are current. */
export function atRest(ledger: ServedLedger): Promise<void> {
  return until('the ledger to come to rest', async () => {
    const { tablesCurrent, ...waiting } = (await ledger.get('/v1/status')).body;
    return tablesCurrent === true && Object.values(waiting).every((count) => count === '0');
  });
}
