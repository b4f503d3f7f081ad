import { run } from '../run';
import type { Run } from '../run';
import { PLANTED } from '../world/planted';
import { LEDGER } from '../world/product';
import { NOTHING_RUN, outcomeOf, sumOf } from './tally';
import type { Outcome } from './tally';

/** What a worker is told to do: seeds that share their evidence. */
export interface Task {
  readonly seeds: readonly number[];
  /** Name of a planted bug with which the ledger runs. */
  readonly bug: string | undefined;
}

/** Runs one seed, with a planted bug where one is named. */
export function runOf(seed: number, bug: string | undefined): Promise<Run> {
  return run(seed, { product: (bug === undefined ? undefined : PLANTED[bug]?.product) ?? LEDGER });
}

/** Runs the seeds of a task, one after the other. A seed that cannot be run at all has failed. */
export async function outcomeOfTask({ seeds, bug }: Task): Promise<Outcome> {
  let outcome = NOTHING_RUN;
  for (const seed of seeds) outcome = sumOf(outcome, await outcomeOfSeed(seed, bug));
  return outcome;
}

async function outcomeOfSeed(seed: number, bug: string | undefined): Promise<Outcome> {
  try {
    return outcomeOf(await runOf(seed, bug));
  } catch (error) {
    const breach = `the seed cannot be run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { ...NOTHING_RUN, failures: [{ seed, trace: 'none', breaches: [breach] }] };
  }
}
