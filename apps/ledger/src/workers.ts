import { consuming, outageTolerant, repeating } from '@ledger/platform';
import type { Runtime, WorkerPlan } from '@ledger/platform';
import { QUARANTINE_GROUP, RECEIPTS_GROUP, UnansweredStarts, closeDue, file, fold } from '@ledger/usecases';
import type { FoldPorts } from '@ledger/usecases';
import { instantOf, millisOf } from '@ledger/units';
import { Counter } from 'prom-client';

import type { LedgerParts } from './ledger-parts';

/** The consumer group that folds statements. */
export const LEDGER_GROUP = 'ledger';

/** Sessions closed in one look that make the closer look again at once. */
const CLOSE_AGAIN_FROM = 1_000;

/** What the ledger does beside answering requests: fold, file answers, close what is due. */
export function ledgerWorkers(runtime: Runtime, parts: LedgerParts): readonly WorkerPlan[] {
  const { engines, crash, settings } = runtime;
  const verdicts = new Counter({
    name: 'ledger_verdicts_total',
    help: 'Messages answered, by verdict.',
    labelNames: ['verdict'],
    registers: [runtime.metrics],
  });
  const { sessions, stations } = parts;
  const ports = { ...engines, crash, sessions, stations, ...answersLogged(runtime) };
  const unanswered = new UnansweredStarts(ports);
  const model = engines.readModel;
  const policy = { graceMs: settings.LEDGER_GRACE_SECONDS * 1_000, silenceMs: settings.LEDGER_SILENCE_SECONDS * 1_000 };
  const close = async (): Promise<void> => {
    await unanswered.fold();
    while ((await closeDue({ ...ports, model }, policy)) >= CLOSE_AGAIN_FROM);
  };
  return [
    consuming(runtime, { name: 'receipts', topic: 'meter-receipts', group: RECEIPTS_GROUP }, (batch) =>
      file(model, batch),
    ),
    consuming(runtime, { name: 'quarantine', topic: 'meter-quarantine', group: QUARANTINE_GROUP }, (batch) =>
      file(model, batch),
    ),
    consuming(runtime, { name: 'fold', topic: 'meter-events', group: LEDGER_GROUP }, async (batch) => {
      for (const [verdict, count] of Object.entries(await fold(ports, batch))) verdicts.inc({ verdict }, count);
    }),
    {
      name: 'close',
      start: () =>
        repeating(
          'close',
          {
            everyMs: settings.LEDGER_CLOSE_EVERY_SECONDS * 1_000,
            sleep: (ms, signal) => engines.clock.sleep(ms, signal),
          },
          () => outageTolerant(runtime, 'close', close),
        ),
    },
    ...sweeping(runtime),
  ];
}

/** A line for each answer, where lines of debugging are wanted: ten thousand a second are too many otherwise. */
function answersLogged({ logger }: Runtime): Pick<FoldPorts, 'onAnswered'> {
  if (!logger.isLevelEnabled('debug')) return {};
  return {
    onAnswered: ({ gateway, id, verdict, session }, trace) => {
      logger.debug({ worker: 'fold', trace, correlation: `${gateway}/${id}`, verdict, session }, 'answered');
    },
  };
}

/** How often the embedded feed is swept. */
const SWEEP_EVERY_MS = 3_600_000;

/** Sweeps a feed that does not sweep itself. */
function sweeping({ engines, settings, logger }: Runtime): readonly WorkerPlan[] {
  const { trimFeed, clock } = engines;
  if (trimFeed === undefined) return [];
  const sweep = async (): Promise<void> => {
    const before = instantOf(millisOf(clock.now()) - settings.LEDGER_FEED_KEPT_HOURS * 3_600_000);
    const removed = before === undefined ? 0n : await trimFeed(before);
    if (removed > 0n) logger.info({ removed: `${removed}` }, 'swept the feed');
  };
  const options = { everyMs: SWEEP_EVERY_MS, sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms, signal) };
  return [{ name: 'sweep', start: () => repeating('sweep', options, sweep) }];
}
