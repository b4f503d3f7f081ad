import { measuring } from '@ledger/platform';
import type { Runtime, Worker } from '@ledger/platform';
import type { RecordedEvent } from '@ledger/ports';
import { BILLING, BILLING_PREFIXES } from '@ledger/usecases';
import { millisOf } from '@ledger/units';
import { Gauge } from 'prom-client';

/** The oldest event that is not in the tables yet; undefined when they hold everything. @throws what the engines throw */
export async function oldestWaiting({ engines }: Pick<Runtime, 'engines'>): Promise<RecordedEvent | undefined> {
  const { store, readModel } = engines;
  const after = await readModel.checkpoint(BILLING);
  for await (const { events } of store.readAll({ prefixes: BILLING_PREFIXES, after, batchMax: 1 })) {
    return events[0];
  }
  return undefined;
}

/** Measures how long the oldest event has been waiting to get into the tables, whichever process keeps them. */
export function measuringProjectionLag(runtime: Runtime): Worker {
  const { engines, metrics } = runtime;
  const gauge = new Gauge({
    name: 'ledger_projection_lag_seconds',
    help: 'How long the oldest event that is not in the tables yet has been stored; 0 when they hold everything.',
    registers: [metrics],
  });
  const forget = (): void => {
    gauge.set(Number.NaN);
  };
  const set = (seconds: number): void => {
    gauge.set(seconds);
  };
  return measuring(runtime, 'lag of the tables', { set, forget }, async () => {
    const oldest = await oldestWaiting(runtime);
    return oldest === undefined ? 0 : Math.max(0, millisOf(engines.clock.now()) - millisOf(oldest.recordedAt)) / 1_000;
  });
}
