import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Engines } from '@ledger/platform';

import { ledgerRebuild } from '../measure-events';
import { writeDelivery } from '../delivery';
import type { Delivery } from '../delivery';
import type { FleetPlan } from '../fleet';
import type { Measured } from '../result';
import { ServiceFailed } from '../service-process';
import type { Spent } from '../stopwatch';
import type { GivenServers } from './given-servers';
import { intake, publishFleet, withEngines } from './in-process';
import { rawAppend } from './raw-append';
import { rawCopy } from './raw-copy';
import { rawConsume, rawProduce } from './raw-kafka';
import { PARTITIONS, ServerLedger } from './server-ledger';
import { untilEnough, watchServices } from './watched-services';

/** The part of what kafkajs alone produces that intake has to reach. */
export const KAFKA_INTAKE_GOAL = 0.5;
/** The part of what kafkajs alone consumes that folding has to reach. */
export const KAFKA_FOLD_GOAL = 0.25;

/** Statements of the first run, and of each service, that are not measured: the engine compiles the code meanwhile. */
const WARM_UP_STATEMENTS_MAX = 5_000;
/** No more than this part of a run goes into it. */
const WARM_UP_SHARE_MAX = 0.25;
/** The streams that folding fills. */
const FOLDED_PREFIXES = ['session-', 'station-'];
/** The tables that grow with the events. */
const TABLES = ['sessions', 'charges'] as const;

/** The lines of one run on servers, each beside what the servers' clients do alone with the same bytes. */
export async function measureServers(
  servers: GivenServers,
  plan: FleetPlan,
  onLine: (line: string) => void,
): Promise<readonly Measured[]> {
  onLine('warming up');
  await onLedger(servers, (ledger) => filled(ledger, { ...plan, statements: warmUpOf(plan.statements) }));
  const lines = await onLedger(servers, (ledger) => linesOf(ledger, plan, onLine));
  onLine('kafka-fold-2');
  const two = await onLedger(servers, async (ledger) => {
    const { delivery } = await filled(ledger, plan);
    return folded(ledger, 2, delivery);
  });
  const [, fold] = lines;
  return [...lines, { ...measuredFold('kafka-fold-2', two, fold?.raw, fold?.count), goal: KAFKA_FOLD_GOAL }];
}

function warmUpOf(statements: number): number {
  return Math.min(WARM_UP_STATEMENTS_MAX, Math.ceil(statements * WARM_UP_SHARE_MAX));
}

async function onLedger<Result>(
  servers: GivenServers,
  work: (ledger: ServerLedger) => Promise<Result>,
): Promise<Result> {
  const ledger = await ServerLedger.open(servers);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

async function linesOf(
  ledger: ServerLedger,
  plan: FleetPlan,
  onLine: (line: string) => void,
): Promise<readonly Measured[]> {
  onLine('kafka-intake');
  const { delivery, spent } = await filled(ledger, plan);
  const consumed = await rawConsume(ledger.brokers, `${ledger.topicPrefix}meter-events`, delivery.lines);
  const produced = await rawProduce(ledger.brokers, PARTITIONS, consumed.messages);
  onLine('kafka-fold');
  const fold = await folded(ledger, 1, delivery);
  await ledger.stopServices();
  onLine('postgres-fill');
  const fill = await projected(ledger);
  await ledger.stopServices();
  const copied = await rawCopy(ledger.databaseUrl, TABLES, ledger.folder);
  onLine('postgres-rebuild');
  const rebuild = await withEngines(ledger, (engines) => rebuilt(engines));
  const copiedAgain = await rawCopy(ledger.databaseUrl, TABLES, ledger.folder);
  onLine('kafka-fold-store');
  const appended = await withEngines(ledger, ({ store }) => rawAppend(ledger.storeUrl, store, FOLDED_PREFIXES));
  const count = delivery.lines;
  return [
    { name: 'kafka-intake', unit: 'statements', count, ledger: spent, raw: produced, goal: KAFKA_INTAKE_GOAL },
    { ...measuredFold('kafka-fold', fold, consumed.spent, count), goal: KAFKA_FOLD_GOAL },
    { name: 'postgres-fill', unit: 'events', count: rebuild.events, ledger: fill, raw: copied },
    { name: 'postgres-rebuild', unit: 'events', count: rebuild.events, ledger: rebuild.ledger, raw: copiedAgain },
    measuredFold('kafka-fold-store', fold, appended, count),
  ];
}

/** Publishes the book and takes in all lines of a fleet. */
async function filled(ledger: ServerLedger, plan: FleetPlan): Promise<{ delivery: Delivery; spent: Spent }> {
  const file = join(ledger.folder, 'delivery.ndjson');
  const delivery = writeDelivery(file, plan);
  try {
    const spent = await withEngines(ledger, async (engines) => {
      await publishFleet(engines, plan);
      return intake(engines, delivery);
    });
    return { delivery, spent };
  } finally {
    rmSync(file);
  }
}

interface Folded {
  readonly count: number;
  readonly spent: Spent;
}

/** Ledgers fold what waits on the feed; the first statements of each are not counted. */
async function folded(ledger: ServerLedger, instances: number, { lines }: Delivery): Promise<Folded> {
  const services = await Promise.all(Array.from({ length: instances }, () => ledger.start('ledger')));
  return withEngines(ledger, async ({ feed }) => {
    const lag = async (): Promise<number> => Number(await feed.lag('meter-events', 'ledger'));
    const count = await untilEnough(lag, (waiting) => waiting <= lines - instances * warmUpOf(lines));
    if (count === 0) throw new ServiceFailed('all was folded before the watch ran: take more --statements');
    const spent = await watchServices(services);
    await untilEnough(lag, (waiting) => waiting === 0);
    return { count, spent: await spent() };
  });
}

/** The raw client's time is taken for as many messages as were counted. */
function measuredFold(name: string, { count, spent }: Folded, raw: Spent | undefined, of = count): Measured {
  const part = count / of;
  const ofPart = raw && { ...raw, wallSeconds: raw.wallSeconds * part, cpuSeconds: raw.cpuSeconds * part };
  const measured = { name, unit: 'statements', count, ledger: spent };
  return ofPart === undefined ? measured : { ...measured, raw: ofPart };
}

/** A billing fills its tables from all events. */
async function projected(ledger: ServerLedger): Promise<Spent> {
  const billing = await ledger.start('billing');
  const spent = await watchServices([billing]);
  await untilEnough(
    () => billing.metric('ledger_projection_caught_up'),
    (caughtUp) => caughtUp === 1,
  );
  return spent();
}

async function rebuilt({ store: events, readModel }: Engines): Promise<{ ledger: Spent; events: number }> {
  return ledgerRebuild({ engines: { events, readModel } });
}
