import { run } from '../run';
import type { Run } from '../run';
import type { Telltale } from '../world/evidence';
import { PLANTED } from '../world/planted';
import { LEDGER } from '../world/product';
import { NOTHING_RUN, outcomeOf, sumOf } from './tally';
import type { Outcome } from './tally';

/** Under which circumstances seeds are run. */
export interface Circumstances {
  readonly bug: string | undefined;
  readonly telltale: Telltale;
}

/** What a worker is told to do: seeds that share their evidence. */
export interface Task extends Circumstances {
  readonly seeds: readonly number[];
}

/** Runs one seed. */
export function runOf(seed: number, { bug, telltale }: Circumstances): Promise<Run> {
  return run(seed, { product: (bug === undefined ? undefined : PLANTED[bug]?.product) ?? LEDGER, telltale });
}

/** Runs the seeds of a task, one after the other. A seed that cannot be run at all has failed. */
export async function outcomeOfTask({ seeds, ...circumstances }: Task): Promise<Outcome> {
  let outcome = NOTHING_RUN;
  for (const seed of seeds) outcome = sumOf(outcome, await outcomeOfSeed(seed, circumstances));
  return outcome;
}

async function outcomeOfSeed(seed: number, circumstances: Circumstances): Promise<Outcome> {
  try {
    return outcomeOf(await runOf(seed, circumstances));
  } catch (error) {
    const breach = `the seed cannot be run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { ...NOTHING_RUN, failures: [{ seed, trace: 'none', breaches: [breach] }] };
  }
}
