import type { FeedTopic } from '@ledger/ports';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { Runtime } from './runtime';
import { repeating } from './workers';
import type { Worker } from './workers';

/** How often lag is asked for, in ms. */
export const LAG_EVERY_MS = 10_000;

/** A worker that measures again and again. What cannot be measured now is no number, and never a death. */
export function measuring(
  { engines, logger }: Pick<Runtime, 'engines' | 'logger'>,
  name: string,
  gauge: { readonly set: (measured: number) => void; readonly forget: () => void },
  measure: () => Promise<number>,
): Worker {
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => engines.clock.sleep(ms, signal);
  return repeating(name, { everyMs: LAG_EVERY_MS, sleep }, async () => {
    try {
      gauge.set(await measure());
    } catch (error) {
      gauge.forget();
      logger.debug({ worker: name, err: error }, 'the lag cannot be measured now');
    }
  });
}

/** Measures how many records of a topic a group has not committed yet; every member tells the number of the whole group. */
export function measuringFeedLag(runtime: Runtime, of: { readonly topic: FeedTopic; readonly group: string }): Worker {
  const { engines, metrics } = runtime;
  const gauge = gaugeIn(metrics);
  const { topic, group } = of;
  return measuring(
    runtime,
    `lag of ${topic}`,
    {
      set: (records) => {
        gauge.set({ topic, group }, records);
      },
      forget: () => {
        gauge.remove({ topic, group });
      },
    },
    async () => Number(await engines.feed.lag(topic, group)),
  );
}

const LAG = {
  name: 'ledger_feed_lag',
  help: 'Records of a topic that a group has not committed yet. Each member tells it for the whole group: take the greatest, not the sum.',
  labelNames: ['topic', 'group'] as const,
};

/** The gauge, registered when it is first needed: several consumers share it. */
function gaugeIn(registry: Registry): Gauge<'topic' | 'group'> {
  const found = registry.getSingleMetric(LAG.name);
  if (found instanceof Gauge) return found;
  return new Gauge({ ...LAG, registers: [registry] });
}
