import type { Runtime, Worker, WorkerPlan } from '@ledger/platform';
import type { Following } from '@ledger/ports';
import { BILLING_PREFIXES } from '@ledger/usecases';
import { Counter, Gauge } from 'prom-client';

import type { BillingParts } from './billing-parts';

/** What billing does beside answering requests: follow the events and keep the tables. */
export function billingWorkers(runtime: Runtime, parts: BillingParts): readonly WorkerPlan[] {
  return [{ name: 'project', start: () => projecting(runtime, parts) }];
}

function projecting(runtime: Runtime, parts: BillingParts): Worker {
  const { engines, crash, settings, metrics } = runtime;
  const events = new Counter({
    name: 'ledger_projected_events_total',
    help: 'Events folded into the tables.',
    registers: [metrics],
  });
  const caughtUp = new Gauge({
    name: 'ledger_projection_caught_up',
    help: '1 once the tables reached the end of the events.',
    registers: [metrics],
  });
  let following: Following | undefined;
  let isStopping = false;
  const run = async (): Promise<void> => {
    const projection = await parts.open();
    if (isStopping) return;
    const from = { prefixes: BILLING_PREFIXES, after: projection.checkpoint, batchMax: settings.LEDGER_BATCH };
    following = engines.store.follow(from, async (batch) => {
      crash('before-projection');
      await projection.fold(batch);
      crash('after-projection');
      events.inc(batch.events.length);
      caughtUp.set(batch.caughtUp ? 1 : 0);
    });
    await following.ended;
  };
  const ended = run();
  return {
    name: 'project',
    ended,
    stop: async () => {
      isStopping = true;
      await following?.stop();
      await ended.catch(() => undefined);
    },
  };
}
