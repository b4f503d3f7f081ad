import { BILLING, BILLING_PREFIXES, BILLING_TABLES, BillingProjection, replayedTargets } from '@ledger/usecases';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { TENANT } from './bench-folder';
import type { BenchFolder } from './bench-folder';
import { BATCH } from './measure-fold';
import { RawLimit, parseAndHash } from './raw-limit';
import type { Measured } from './result';
import { Stopwatch } from './stopwatch';
import type { Spent } from './stopwatch';

/** The part of its raw limit that a rebuild has to reach. */
export const REBUILD_GOAL = 0.4;
/** When silent sessions are closed; nothing is silent here. */
const DUE = { graceMs: 86_400_000, silenceMs: 172_800_000 };

/** All events in, the tables of billing rebuilt beside the live ones and swapped in. */
export async function measureRebuild(folder: BenchFolder): Promise<Measured> {
  const limit = new RawLimit(join(folder.path, 'raw-rebuild.db'), BATCH);
  const raw = overEvents(
    folder,
    (text) => limit.add(text),
    () => limit.commit(),
  );
  limit.close();
  const { ledger, events } = await ledgerRebuild(folder);
  return { name: 'rebuild', unit: 'events', count: events, ledger, raw, goal: REBUILD_GOAL };
}

/** The ledger's half alone. */
export async function ledgerRebuild({ engines }: BenchFolder): Promise<{ ledger: Spent; events: number }> {
  const watch = new Stopwatch();
  watch.start();
  const next = await engines.readModel.rebuild(BILLING_TABLES, [BILLING]);
  const projection = await BillingProjection.open(next, DUE);
  let events = 0;
  const from = { prefixes: BILLING_PREFIXES, after: projection.checkpoint, batchMax: BATCH };
  for await (const batch of engines.events.readAll(from)) {
    await projection.fold(batch);
    events += batch.events.length;
    watch.look();
  }
  await next.swap();
  return { ledger: watch.spent(), events };
}

/** All events in, every session assessed and priced anew; nothing is written, so the raw limit writes nothing either. */
export async function measureReplay(folder: BenchFolder): Promise<Measured> {
  const raw = overEvents(folder, parseAndHash, () => undefined);
  const { ledger } = await ledgerReplay(folder);
  return { name: 'replay', unit: 'events', count: countEvents(folder), ledger, raw };
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

function overEvents({ engines }: BenchFolder, onText: (text: string) => void, onEnd: () => void): Spent {
  const store = new DatabaseSync(join(engines.path, 'events.db'), { readOnly: true });
  const watch = new Stopwatch();
  watch.start();
  for (const row of store.prepare('SELECT data FROM events ORDER BY position').iterate()) onText(String(row['data']));
  onEnd();
  const spent = watch.spent();
  store.close();
  return spent;
}

function countEvents({ engines }: BenchFolder): number {
  const store = new DatabaseSync(join(engines.path, 'events.db'), { readOnly: true });
  const row = store.prepare('SELECT count(*) AS count FROM events').get();
  store.close();
  return Number(row?.['count']);
}
