import { fold, openSessionStreams, openStationStreams } from '@ledger/usecases';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { BenchFolder } from './bench-folder';
import { RawLimit } from './raw-limit';
import type { Measured } from './result';
import { Stopwatch } from './stopwatch';
import type { Spent } from './stopwatch';

/** Records and events that are taken together: what a service has unless it is told otherwise (`LEDGER_BATCH`). */
export const BATCH = 500;
/** The part of its raw limit that folding has to reach. */
export const FOLD_GOAL = 0.3;
/** Sessions and their statements in memory, as a service has them (`LEDGER_SESSIONS_CACHED`). */
const CACHE = { states: 5_000, statements: 500_000 };

/** Statements on the feed in, events appended and receipts published. */
export async function measureFold(folder: BenchFolder): Promise<Measured> {
  const raw = rawFold(folder);
  const ledger = await ledgerFold(folder);
  return { name: 'fold', unit: 'statements', count: folder.delivery.lines, ledger, raw, goal: FOLD_GOAL };
}

/** The ledger's half alone. */
export async function ledgerFold({ engines, delivery }: BenchFolder): Promise<Spent> {
  const crash = (): void => undefined;
  const streams = { store: engines.events, clock: engines.clock, crash };
  const sessions = openSessionStreams(streams, CACHE);
  const stations = openStationStreams(streams, CACHE);
  const ports = { ...engines, crash, sessions, stations, waiting: new Set<string>() };
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

/** Reads the same records with nothing in between, from the file of the feed. */
function rawFold({ path, engines }: BenchFolder): Spent {
  const feed = new DatabaseSync(join(engines.path, 'feed.db'), { readOnly: true });
  const limit = new RawLimit(join(path, 'raw-fold.db'), BATCH);
  const watch = new Stopwatch();
  watch.start();
  const tables = feed.prepare("SELECT name FROM sqlite_schema WHERE name GLOB 'meter-events-*'").all();
  for (const { name } of tables) {
    for (const row of feed.prepare(`SELECT CAST(value AS TEXT) AS value FROM "${String(name)}"`).iterate()) {
      limit.add(String(row['value']));
    }
    watch.look();
  }
  limit.commit();
  const spent = watch.spent();
  limit.close();
  feed.close();
  return spent;
}
