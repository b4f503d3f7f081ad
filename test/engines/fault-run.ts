import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@ledger/ports/trial.contract';
import { rewritten } from '../support/invariants';
import type { AppProcess } from './app-process';
import { Cluster, type ClusterOptions } from './cluster';
import { demoLines, embeddedDigest } from './demo-lines';

/** The evidence of every fault run: enough for all partitions, few enough for a busy machine. */
const OF_EACH = 150;
const SEED = process.env['ENGINES_SEED'] ?? 'faults';
export const LINES = demoLines({ ofEach: OF_EACH, shuffle: SEED });
const HALF = Math.floor(LINES.length / 2);
export const [FIRST_HALF, SECOND_HALF] = [LINES.slice(0, HALF), LINES.slice(HALF)];
/** Small requests, so that faults meet many of them. */
export const LINES_OF_REQUEST = 20;

/** `all` runs every step and order of the faults; otherwise the seed draws some of each kind. */
export const IS_WHOLE = process.env['FAULTS'] === 'all';

/** Longer than a session of a consumer (six seconds), so that its partitions go to another one. */
export const FROZEN_MS = 9_000;

/** How much of the end of each log a failure tells. */
const LOG_TAIL = 2_000;

let undisturbed: Promise<string> | undefined;

/** The digest of the same evidence on embedded engines, to which nothing happens. */
export function expectedDigest(): Promise<string> {
  return (undisturbed ??= embeddedDigest(demoLines({ ofEach: OF_EACH })));
}

/**
 * Lets a fault happen to a cluster of its own. At the end all apps that still run must be alive and well, all queues drained, the
 * invariants whole, no fact changed that stood before, and the digest that of an undisturbed ledger.
 */
export async function faultRun(
  options: ClusterOptions,
  fault: (cluster: Cluster) => Promise<void>,
  delivered: readonly string[] = LINES,
): Promise<void> {
  const digest = await expectedDigest();
  const cluster = await Cluster.open(options);
  try {
    await fault(cluster);
    const before = await cluster.facts();
    await cluster.settle();
    const outcome = await cluster.outcome(delivered);
    const changed = rewritten(before, await cluster.facts());
    expect({ ...outcome, changed }).toEqual({ digest, breaches: [], leaks: [], changed: [] });
  } catch (error) {
    // What failed first is what has to be told, and what the apps said of it.
    const said = cluster.apps.map(({ name, log }) => `${name}: ${log.slice(-LOG_TAIL)}`).join('\n');
    await cluster.close().catch(() => undefined);
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${said}`, { cause: error });
  }
  expect(new Set(await cluster.close())).toEqual(new Set(['0']));
}

/** Starts one of each app and publishes the book. */
export async function startOneOfEach(cluster: Cluster): Promise<void> {
  await cluster.startAll({ ingestion: 1, ledger: 1, billing: 1 });
  await cluster.publishBook();
}

/** Waits until an app tells that it lives, and that it is not ready for want of this engine. */
export async function untilNotReady(app: AppProcess | undefined, engine: string): Promise<void> {
  await until(`${app?.name ?? ''} is not ready for want of its ${engine}`, async () => {
    const { status, text } = (await app?.status('/health/ready')) ?? { status: 0, text: '' };
    return status === 503 && text.includes(engine);
  });
  expect((await app?.status('/health/live'))?.status).toBe(200);
}

/** Freezes processes for longer than a session, and lets them go on: each is a zombie then that believes to own what it had. */
export async function freeze(apps: readonly (AppProcess | undefined)[], ms = FROZEN_MS): Promise<void> {
  for (const app of apps) app?.signal('SIGSTOP');
  await pause(ms);
  for (const app of apps) app?.signal('SIGCONT');
}

/** Numbers from 0 to below 1 that follow from the seed (a linear congruence, enough to choose victims). */
export function randomOf(seed: string): () => number {
  let state = Buffer.from(seed).reduce((sum, byte) => (sum * 31 + byte) % 2_147_483_647, 7);
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Draws items as the seed of the run says. */
export function drawer(): <Item>(items: readonly Item[]) => Item {
  const random = randomOf(SEED);
  return (items) => items[Math.floor(random() * items.length)] as (typeof items)[number];
}
