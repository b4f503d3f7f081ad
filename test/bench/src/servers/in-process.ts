import { openEngines, openLogger, readSettings } from '@ledger/platform';
import type { Engines } from '@ledger/platform';
import { accept, publishing } from '@ledger/usecases';
import { JSON_BYTES_MAX } from '@ledger/units';

import { lineMessages } from '../../../../apps/ingestion/src/line-messages';
import { TENANT } from '../bench-folder';
import { publishBook, valueOf } from '../book';
import { chunksOf } from '../delivery';
import type { Delivery } from '../delivery';
import { stationsOf } from '../fleet';
import type { FleetPlan } from '../fleet';
import { INTAKE_CHUNK } from '../measure-intake';
import { Stopwatch } from '../stopwatch';
import type { Spent } from '../stopwatch';
import type { ServerLedger } from './server-ledger';

/** Chunks on their way to the broker at the same time, as a service has them that serves several senders. */
const CHUNKS_AT_ONCE = 4;

/** Does something with the engines of a service in this process. */
export async function withEngines<Result>(
  ledger: ServerLedger,
  work: (engines: Engines) => Promise<Result>,
): Promise<Result> {
  const engines = await openEngines(readSettings(ledger.environment), openLogger('bench', 'warn'));
  try {
    return await work(engines);
  } finally {
    await engines.close();
  }
}

/** Publishes the locations, the tariff and the assignment of a fleet. */
export async function publishFleet({ store, clock }: Engines, plan: FleetPlan): Promise<void> {
  const published = publishing({ store, clock, crash: () => undefined });
  const publisher = { tenant: TENANT, correlation: 'bench' };
  await publishBook(stationsOf(plan), {
    location: (_, text) => published.location(valueOf(text), publisher),
    tariff: (_, text) => published.tariff(valueOf(text), publisher),
    assignment: (assignment) => published.assignment(assignment, publisher),
  });
}

/** Bytes of lines in, statements acknowledged by the broker. */
export async function intake(engines: Engines, delivery: Delivery): Promise<Spent> {
  const watch = new Stopwatch();
  const ports = { ...engines, crash: () => undefined };
  const onTheirWay = new Set<Promise<void>>();
  let accepted = 0;
  const limits = { lines: INTAKE_CHUNK, lineBytes: JSON_BYTES_MAX };
  for await (const messages of lineMessages(chunksOf(delivery, watch), limits)) {
    const taken = accept(ports, { tenant: TENANT }, messages).then((answer) => {
      accepted += answer.accepted;
      onTheirWay.delete(taken);
    });
    onTheirWay.add(taken);
    if (onTheirWay.size >= CHUNKS_AT_ONCE) await Promise.race(onTheirWay);
  }
  await Promise.all(onTheirWay);
  const spent = watch.spent();
  if (accepted !== delivery.lines) throw new Error(`${accepted} of ${delivery.lines} statements were accepted`);
  return spent;
}
