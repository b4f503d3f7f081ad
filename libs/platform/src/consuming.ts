import { StaleBatch } from '@ledger/ports';
import type { FeedBatch, FeedTopic } from '@ledger/ports';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

import { measuringFeedLag } from './feed-lag';
import type { Runtime } from './runtime';
import type { Worker, WorkerPlan } from './workers';

/** Waits between tries while an engine cannot be reached: the first, and the longest, in ms. */
const WAIT_FIRST_MS = 100;
const WAIT_LONGEST_MS = 2_000;

/** Errors that pass by themselves: the engine comes back, or another process was quicker and the state is read again. */
const PASSING = new Set([
  'feed-unavailable',
  'feed-full',
  'store-unavailable',
  'outcome-unknown',
  'revision-conflict',
  'read-model-unavailable',
  'checkpoint-conflict',
]);

/** Who consumes what. */
export interface Consuming {
  readonly name: string;
  readonly topic: FeedTopic;
  readonly group: string;
}

/**
 * A worker that consumes a topic and measures the lag of its group. Loss on the feed raises an alarm: a log line and a metric. A batch whose engines cannot be
 * reached is tried again while the outage may last; any other error ends the worker, and with it the process.
 */
export function consuming(
  runtime: Runtime,
  { name, topic, group }: Consuming,
  onBatch: (batch: FeedBatch) => Promise<void>,
): WorkerPlan {
  const { engines, settings } = runtime;
  return {
    name,
    start: (): Worker => {
      const handle = async (batch: FeedBatch): Promise<void> => {
        alarm(runtime, name, batch);
        await waitingOut(runtime, name, { step: () => onBatch(batch), goOn: () => stillOurs(batch) });
      };
      const lag = measuringFeedLag(runtime, { topic, group });
      const consumption = engines.feed.consume({ topic, group, batchMax: settings.LEDGER_BATCH }, handle);
      return {
        name,
        ended: consumption.ended,
        stop: async () => {
          await Promise.all([lag.stop(), consumption.stop()]);
        },
      };
    },
  };
}

/** A batch that was taken away is given up; one that is ours is kept alive. @throws StaleBatch */
async function stillOurs(batch: FeedBatch): Promise<void> {
  if (batch.isStale()) throw new StaleBatch(`${batch.topic}/${batch.partition}: the partition was asked for`);
  await batch.heartbeat();
}

/** What is tried again, and what is done before each further try; `goOn` ends the tries by throwing. */
export interface Patience<Answer> {
  readonly step: () => Promise<Answer>;
  readonly goOn?: () => Promise<void>;
}

/** Does a step, and does it again as long as an engine cannot be reached and the outage may last. @throws what the step throws */
export async function waitingOut<Answer>(
  { settings, engines, logger }: Pick<Runtime, 'settings' | 'engines' | 'logger'>,
  worker: string,
  { step, goOn }: Patience<Answer>,
): Promise<Answer> {
  let end: number | undefined;
  for (let waitMs = WAIT_FIRST_MS; ; waitMs = Math.min(waitMs * 2, WAIT_LONGEST_MS)) {
    try {
      return await step();
    } catch (error) {
      const code = passingCode(error);
      end ??= performance.now() + settings.LEDGER_OUTAGE_SECONDS * 1_000;
      if (code === undefined || performance.now() >= end) throw error;
      logger.warn({ worker, code, waitMs, err: error }, 'a step did not succeed and is tried again');
    }
    await engines.clock.sleep(waitMs);
    await goOn?.();
  }
}

/** Does a step that is repeated anyway: an outage is logged and left to the next time. @throws any other error */
export async function outageTolerant(
  { logger }: Pick<Runtime, 'logger'>,
  worker: string,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    const code = passingCode(error);
    if (code === undefined) throw error;
    logger.warn({ worker, code, err: error }, 'a step did not succeed and is left to the next time');
  }
}

function passingCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && PASSING.has(code) ? code : undefined;
}

function alarm({ logger, metrics }: Runtime, worker: string, batch: FeedBatch): void {
  const { topic, partition, missing, rewoundFrom } = batch;
  const lost = counterOf(metrics, LOST);
  const rewound = counterOf(metrics, REWOUND);
  const unreadable = counterOf(metrics, UNREADABLE);
  if (missing > 0n) {
    lost.inc({ topic }, Number(missing));
    logger.error({ worker, topic, partition, missing: `${missing}` }, 'records of the feed are lost');
  }
  if (rewoundFrom !== undefined) {
    rewound.inc({ topic });
    logger.error({ worker, topic, partition, rewoundFrom: `${rewoundFrom}` }, 'the feed begins anew: its log was lost');
  }
  for (const { offset, unreadable: reason } of batch.records) {
    if (reason === undefined) continue;
    unreadable.inc({ topic });
    logger.error({ worker, topic, partition, offset: `${offset}`, reason }, 'records of the feed cannot be read');
  }
}

const LOST = {
  name: 'ledger_feed_records_lost_total',
  help: 'Records of the feed that were deleted before they were read. Anything above 0 is an alarm.',
  labelNames: ['topic'] as const,
};
const REWOUND = {
  name: 'ledger_feed_rewound_total',
  help: 'Times that the log of a partition began anew below what was read. Anything above 0 is an alarm.',
  labelNames: ['topic'] as const,
};
const UNREADABLE = {
  name: 'ledger_feed_unreadable_total',
  help: 'Batches of records that could not be unpacked and went to quarantine as they were. Anything above 0 is an alarm.',
  labelNames: ['topic'] as const,
};

/** The counter of this name, registered when it is first needed: several workers share it. */
function counterOf(registry: Registry, plan: typeof LOST | typeof REWOUND | typeof UNREADABLE): Counter<'topic'> {
  const found = registry.getSingleMetric(plan.name);
  if (found instanceof Counter) return found;
  return new Counter({ ...plan, registers: [registry] });
}
