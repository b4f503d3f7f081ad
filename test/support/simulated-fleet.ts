import { instantOf, readJson } from '@ledger/units';
import { listSessions } from '@ledger/usecases';
import type { QueryPorts, SessionView, Views } from '@ledger/usecases';

import { judgeStation } from '../../apps/ledgerctl/src/simulate/judge';
import type { Answer, Judged } from '../../apps/ledgerctl/src/simulate/judge';
import type { FleetPlan } from '../../apps/ledgerctl/src/simulate/charger';
import { fleetOf } from '../../apps/ledgerctl/src/simulate/fleet';
import { locationsOf } from '../../apps/ledgerctl/src/simulate/locations';
import type { Message } from '../../apps/ledgerctl/src/simulate/run-charger';
import type { Truth } from '../../apps/ledgerctl/src/simulate/truth';
import { TENANT } from './pipeline';
import type { Pipeline } from './pipeline';

/** Messages that are taken in together, and how far apart they may arrive, in ms. */
const BATCH_MAX = 500;
const BATCH_SPAN_MS = 60 * 60_000;
/** Longer than any session waits for what is missing. */
const SILENCE_MS = 30 * 3_600_000;

/** The messages of a fleet and what is true of it. */
export interface Fleet {
  readonly messages: readonly Message[];
  readonly truths: readonly Truth[];
}

/** Simulates a fleet in memory. */
export function simulated(plan: FleetPlan): Fleet {
  const messages: Message[] = [];
  const truths: Truth[] = [];
  for (const item of fleetOf(plan)) {
    if (item.kind === 'message') messages.push(item.message);
    else truths.push(item.truth);
  }
  return { messages, truths };
}

/** Takes messages in at the times at which they arrive, folding after every `settleEvery` batches. */
export async function deliver(pipeline: Pipeline, messages: readonly Message[], settleEvery = 20): Promise<void> {
  let batch: Message[] = [];
  let batches = 0;
  const flush = async (): Promise<void> => {
    const last = batch.at(-1);
    if (last === undefined) return;
    moveTo(pipeline, last.deliveredMs);
    await pipeline.sendTexts(batch);
    batch = [];
    batches += 1;
    if (batches % settleEvery === 0) await pipeline.settle();
  };
  for (const message of messages) {
    const first = batch[0]?.deliveredMs ?? message.deliveredMs;
    if (batch.length >= BATCH_MAX || message.deliveredMs - first > BATCH_SPAN_MS) await flush();
    batch.push(message);
  }
  await flush();
  await finish(pipeline);
}

/** Takes messages in one by one in any order, each at the time at which it first arrived, and folds them all together. */
export async function deliverAnyhow(pipeline: Pipeline, messages: readonly Message[]): Promise<void> {
  const latest = messages.reduce((ms, { deliveredMs }) => Math.max(ms, deliveredMs), 0);
  for (const message of messages) {
    moveTo(pipeline, message.deliveredMs);
    await pipeline.sendTexts([message]);
  }
  moveTo(pipeline, latest);
  await finish(pipeline);
}

/** Sets the clock of the ledger to the day on which the fleet begins. */
export function startAt(pipeline: Pipeline, { fromMs }: FleetPlan): void {
  moveTo(pipeline, fromMs);
}

/** Lets all time pass that a session may wait. */
async function finish(pipeline: Pipeline): Promise<void> {
  await pipeline.settle();
  pipeline.clock.pass(SILENCE_MS);
  await pipeline.settle();
  while ((await pipeline.closeDue()) > 0) await pipeline.project();
  await pipeline.settle();
}

/** Moves the clock of the ledger to a moment, forwards or backwards. */
function moveTo({ clock }: Pipeline, ms: number): void {
  const now = instantOf(ms);
  if (now === undefined) throw new RangeError(`${ms} ms is no instant`);
  clock.pass(ms - Date.parse(clock.now()));
}

/** Everything that the ledger says of its sessions, judged station by station. */
export async function judged(
  ledger: Pick<QueryPorts, 'store' | 'model' | 'bookOf'>,
  truths: readonly Truth[],
): Promise<readonly Judged[]> {
  const { store, model } = ledger;
  const ports = { store, model, bookOf: (tenant: string) => ledger.bookOf(tenant) };
  const byStation = Map.groupBy(await answersOf(ports), ({ station }) => station);
  const told = Map.groupBy(truths, ({ station }) => station);
  const stations = new Set([...byStation.keys(), ...told.keys()]);
  return [...stations].flatMap((station) => judgeStation(told.get(station) ?? [], byStation.get(station) ?? []));
}

async function answersOf(ports: QueryPorts): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const from = cursor === '' ? {} : { cursor };
    const page: Views<SessionView> = await listSessions(ports, { tenant: TENANT, order: 'by-id', limit: 500, ...from });
    answers.push(...page.items);
    cursor = page.next;
  }
  return answers;
}

/** Publishes where the chargers are and how much power they have. */
export async function publishLocations(pipeline: Pipeline, plan: FleetPlan): Promise<void> {
  const publishing = pipeline.publishing();
  for (const location of locationsOf(plan)) {
    const reading = readJson(JSON.stringify(location));
    if (!reading.ok) throw new Error(reading.reason);
    await publishing.location(reading.value, { tenant: TENANT, correlation: 'simulated' });
  }
}
