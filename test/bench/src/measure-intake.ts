import { accept } from '@ledger/usecases';
import { JSON_BYTES_MAX } from '@ledger/units';
import { join } from 'node:path';

import { lineMessages } from '../../../apps/ingestion/src/line-messages';
import { TENANT, openBenchFolder } from './bench-folder';
import type { BenchFolder } from './bench-folder';
import { chunksOf } from './delivery';
import type { FleetPlan } from './fleet';
import { RawLimit } from './raw-limit';
import type { Measured } from './result';
import { Stopwatch } from './stopwatch';
import type { Spent } from './stopwatch';
import { ocpp16, ocpp201 } from './wires';
import { Written, feedValues } from './written';

/** Lines that the intake takes together: what a service has unless it is told otherwise (`LEDGER_INTAKE_CHUNK`). */
export const INTAKE_CHUNK = 500;
/** The part of its raw limit that intake has to reach. */
export const INTAKE_GOAL = 0.4;

/** Bytes of lines in, statements durable on the feed. */
export async function measureIntake(folder: BenchFolder): Promise<Measured> {
  const ledger = await ledgerIntake(folder);
  const raw = await rawIntake(folder);
  const { lines: count } = folder.delivery;
  return { name: 'intake', unit: 'statements', count, ledger, raw, goal: INTAKE_GOAL };
}

/** The same fleet in raw frames of OCPP, taken in like `intake`. */
export async function measureFrames(plan: FleetPlan, name: keyof typeof FRAMES): Promise<Measured> {
  const folder = await openBenchFolder({ ...plan, wire: FRAMES[name] });
  try {
    const ledger = await ledgerIntake(folder);
    const raw = await rawIntake(folder);
    return { name, unit: 'statements', count: folder.delivery.lines, ledger, raw };
  } finally {
    await folder.end();
  }
}

const FRAMES = { 'ocpp-1.6': ocpp16, 'ocpp-2.0.1': ocpp201 } as const;

/** The ledger's half alone. */
export async function ledgerIntake({ engines, delivery }: BenchFolder): Promise<Spent> {
  const watch = new Stopwatch();
  const ports = { ...engines, crash: () => undefined };
  const limits = { lines: INTAKE_CHUNK, lineBytes: JSON_BYTES_MAX };
  let accepted = 0;
  for await (const messages of lineMessages(chunksOf(delivery, watch), limits)) {
    accepted += (await accept(ports, { tenant: TENANT }, messages)).accepted;
  }
  const spent = watch.spent();
  if (accepted !== delivery.lines) throw new Error(`${accepted} of ${delivery.lines} statements were accepted`);
  return spent;
}

async function rawIntake(folder: BenchFolder): Promise<Spent> {
  const watch = new Stopwatch();
  const written = [new Written(feedValues(folder, 'meter-events'))];
  const limit = new RawLimit({ path: join(folder.path, 'raw-intake.db'), groupOf: INTAKE_CHUNK, watch, written });
  let rest = '';
  for await (const chunk of chunksOf(folder.delivery, watch)) {
    const lines = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8').split('\n');
    lines[0] = rest + (lines[0] ?? '');
    rest = lines.pop() ?? '';
    for (const line of lines) limit.add(line);
  }
  limit.finish();
  const spent = watch.spent();
  limit.close();
  return spent;
}
