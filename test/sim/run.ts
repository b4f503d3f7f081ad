import { liveDigest } from '@ledger/usecases';

import { breaches } from '../support/invariants';
import type { LedgerAtRest } from '../support/invariants';
import { Chance } from './chance';
import { isOfStranger, miscounted, notOnce, seenIn, untrue } from './checks';
import { SimEventStore } from './engines/sim-event-store';
import { SimMeterFeed } from './engines/sim-meter-feed';
import { SimReadModel } from './engines/sim-read-model';
import { drawWeights } from './faults';
import type { FaultWeights } from './faults';
import type { Happening } from './happenings';
import { Life, directWire } from './wire';
import { TENANT } from './world/book';
import { drawEvidence } from './world/evidence';
import type { Evidence } from './world/evidence';
import { LEDGER } from './world/product';
import type { Product } from './world/product';
import { CALM, World, drawPlan } from './world/world';

/** What one run of the simulator gave. */
export interface Run {
  readonly seed: number;
  /** The same for the same seed and the same code, to the last call. */
  readonly trace: string;
  readonly steps: number;
  readonly weights: FaultWeights;
  /** What has happened in it. */
  readonly met: readonly Happening[];
  /** Every breach of an invariant, in words; none is right. */
  readonly breaches: readonly string[];
}

/** Different evidence that all seeds share among them: its undisturbed digest is computed once. */
export const EVIDENCES = 1_024;

/** Runs the world of one seed, and checks `audit.md`, section 10, and that the digest is the one of an undisturbed world. */
export async function run(seed: number, { product = LEDGER }: { readonly product?: Product } = {}): Promise<Run> {
  const chance = new Chance(seed);
  const evidence = drawEvidence(new Chance(seed % EVIDENCES));
  const weights = drawWeights(chance);
  const world = await World.open({ plan: drawPlan(chance, weights), evidence, product, chance });
  const found = await wrongWith(world, evidence);
  const [digest, undisturbed] = [await digestOf(world), await undisturbedDigest(seed % EVIDENCES)];
  if (digest !== undisturbed) found.push(`I5: the digest is ${digest}, undisturbed ${undisturbed}`);
  for (const { id } of world.engines.log.events) world.schedule.note(id);
  const { steps } = world.schedule;
  const met = [...world.met, ...seenIn(world.engines, evidence)];
  return { seed, trace: world.schedule.traceHash(), steps, weights, met, breaches: found };
}

const undisturbedDigests = new Map<number, string>();

async function undisturbedDigest(number: number): Promise<string> {
  const known = undisturbedDigests.get(number);
  if (known !== undefined) return known;
  const evidence = drawEvidence(new Chance(number));
  const world = await World.open({ plan: CALM, evidence, product: LEDGER, chance: new Chance(number) });
  const found = await wrongWith(world, evidence);
  if (found.length > 0) throw new Error(`undisturbed, evidence ${number} breaks: ${found.join('; ')}`);
  const digest = await digestOf(world);
  undisturbedDigests.set(number, digest);
  return digest;
}

/** Lets a world live and close, and tells every breach. */
async function wrongWith(world: World, evidence: Evidence): Promise<string[]> {
  const found: string[] = [];
  if (!(await world.live())) found.push('I12: what was sent has not drained');
  const before = [...world.engines.log.events];
  if (!(await world.close())) found.push('I12: what was closed has not drained');
  const { log, tables } = world.engines;
  if (before.some((event, at) => event !== log.events[at])) found.push('I7: an event was rewritten');
  found.push(
    ...world.defects.map((error) => `defect: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
  );
  const receipts = [...tables.table('receipts').values()];
  const broken = await breaches(outside(world), { tenant: TENANT, ...world.gateways.told });
  found.push(...broken.filter((breach) => !isOfStranger(breach, receipts)));
  found.push(
    ...notOnce(log.events, evidence.said),
    ...untrue([...tables.table('sessions').values()], evidence.truths),
    ...miscounted(tables, evidence.truths),
  );
  return found;
}

function digestOf(world: World): Promise<string> {
  return liveDigest(outside(world).model, TENANT);
}

/** The engines of a world, as they look from outside of it: nothing goes wrong there, and no time passes. */
function outside({ engines, schedule }: World): LedgerAtRest {
  const [wire, life] = [directWire(schedule), new Life('auditor')];
  return {
    store: new SimEventStore(wire, life, engines.log),
    feed: new SimMeterFeed(wire, life, engines.feed),
    model: new SimReadModel(wire, life, engines.tables),
  };
}
