import { fold, openSessionStreams, openStationStreams } from '@ledger/usecases';
import { join } from 'node:path';

import type { BenchFolder } from './bench-folder';
import { RawLimit } from './raw-limit';
import type { Measured } from './result';
import { Stopwatch } from './stopwatch';
import type { Spent } from './stopwatch';
import { Written, eventTexts, feedValues } from './written';

/** Records and events that are taken together: what a service has unless it is told otherwise (`LEDGER_BATCH`). */
export const BATCH = 500;
/** The part of its raw limit that folding has to reach. */
export const FOLD_GOAL = 0.3;
/** What a ledger's sessions may take in memory when it has a heap for it (`LEDGER_CACHE_MB`). */
const CACHE = { bytes: 400_000_000 };

/** Statements on the feed in, events appended and receipts published. */
export async function measureFold(folder: BenchFolder): Promise<Measured> {
  const ledger = await ledgerFold(folder);
  const raw = rawFold(folder);
  return { name: 'fold', unit: 'statements', count: folder.delivery.lines, ledger, raw, goal: FOLD_GOAL };
}

/** The ledger's half alone. */
export async function ledgerFold({ engines, delivery }: BenchFolder): Promise<Spent> {
  const crash = (): void => undefined;
  const streams = { store: engines.events, clock: engines.clock, crash };
  const sessions = openSessionStreams(streams, CACHE);
  const stations = openStationStreams(streams, CACHE);
  const ports = { ...engines, crash, sessions, stations };
  const watch = new Stopwatch();
  const done = Promise.withResolvers<undefined>();
  let folded = 0;
  watch.start();
  const consumption = engines.feed.consume(
    { topic: 'meter-events', group: 'ledger', batchMax: BATCH },
    async (batch) => {
      await fold(ports, batch);
      watch.look();
      folded += batch.records.length;
      if (folded >= delivery.lines) done.resolve(undefined);
    },
  );
  await Promise.race([done.promise, consumption.ended]);
  const spent = watch.spent();
  await consumption.stop();
  await consumption.ended;
  return spent;
}

/** Takes the same records with nothing in between, and appends the events and receipts that the ledger made of them. */
function rawFold(folder: BenchFolder): Spent {
  const watch = new Stopwatch();
  const written = [
    new Written(eventTexts(folder, 'data and metadata')),
    new Written(feedValues(folder, 'meter-receipts')),
  ];
  const limit = new RawLimit({ path: join(folder.path, 'raw-fold.db'), groupOf: BATCH, watch, written });
  const records = feedValues(folder, 'meter-events');
  watch.start();
  for (let record = records.next(); record.done !== true; record = records.next()) limit.add(record.value);
  limit.finish();
  const spent = watch.spent();
  limit.close();
  return spent;
}
