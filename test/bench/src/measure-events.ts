import type { EventStore, ReadModel } from '@ledger/ports';
import { REBUILD_UNSTORED_MAX, rebuildTables, replayedTargets } from '@ledger/usecases';
import { join } from 'node:path';

import { TENANT } from './bench-folder';
import type { BenchFolder } from './bench-folder';
import { RawLimit, parseAndHash } from './raw-limit';
import type { Measured } from './result';
import { Stopwatch } from './stopwatch';
import type { Spent } from './stopwatch';
import { Written, billingRows, eventTexts } from './written';

/** The part of its raw limit that a rebuild has to reach. */
export const REBUILD_GOAL = 0.4;
/** When silent sessions are closed; nothing is silent here. */
const DUE = { graceMs: 86_400_000, silenceMs: 172_800_000 };

/** All events in, the tables of billing rebuilt beside the live ones and swapped in. */
export async function measureRebuild(folder: BenchFolder): Promise<Measured> {
  const { ledger, events } = await ledgerRebuild(folder);
  const raw = rawRebuild(folder);
  return { name: 'rebuild', unit: 'events', count: events, ledger, raw, goal: REBUILD_GOAL };
}

/** The ledger's half alone. */
export async function ledgerRebuild({
  engines,
}: {
  readonly engines: { readonly events: EventStore; readonly readModel: ReadModel };
}): Promise<{ ledger: Spent; events: number }> {
  const watch = new Stopwatch();
  watch.start();
  const { events: store, readModel: model } = engines;
  const { events } = await rebuildTables({ store, model, due: DUE }, () => {
    watch.look();
  });
  return { ledger: watch.spent(), events };
}

/** All events in, every session assessed and priced anew; nothing is written, so the raw limit writes nothing either. */
export async function measureReplay(folder: BenchFolder): Promise<Measured> {
  const { ledger } = await ledgerReplay(folder);
  const { raw, count } = rawReplay(folder);
  return { name: 'replay', unit: 'events', count, ledger, raw };
}

/** The ledger's half alone. */
export async function ledgerReplay({ engines }: BenchFolder): Promise<{ ledger: Spent; sessions: number }> {
  const watch = new Stopwatch();
  watch.start();
  let sessions = 0;
  for await (const target of replayedTargets(engines.events, { tenant: TENANT })) {
    if (target.state === 'final') sessions += 1;
    watch.look();
  }
  return { ledger: watch.spent(), sessions };
}

function rawRebuild(folder: BenchFolder): Spent {
  const watch = new Stopwatch();
  const written = [new Written(billingRows(folder))];
  const limit = new RawLimit({
    path: join(folder.path, 'raw-rebuild.db'),
    groupOf: REBUILD_UNSTORED_MAX,
    watch,
    written,
  });
  watch.start();
  eachEvent(folder, (data) => limit.add(data));
  limit.finish();
  const spent = watch.spent();
  limit.close();
  return spent;
}

function rawReplay(folder: BenchFolder): { raw: Spent; count: number } {
  const watch = new Stopwatch();
  watch.start();
  const count = eachEvent(folder, parseAndHash);
  return { raw: watch.spent(), count };
}

function eachEvent(folder: BenchFolder, onData: (data: string) => void): number {
  const events = eventTexts(folder, 'data');
  let count = 0;
  for (let event = events.next(); event.done !== true; event = events.next()) {
    onData(event.value);
    count += 1;
  }
  return count;
}
