import { run } from './run';
import type { Run } from './run';

/** Seeds of an ordinary test run; SIM_SEEDS sets another number, SIM_SEED runs that one alone. */
const SEEDS = 100;

/** Parts of the seeds that run side by side, each in a spec file of its own. Seeds of one evidence fall into one part. */
const SHARDS = 4;

/** The first seeds that fail are told, the others counted. */
const FAILURES_TOLD_MAX = 3;

/** As long as many seeds may take on a machine that has other things to do. */
const PATIENCE_MS = 3_600_000;

/** Runs the seeds of one part. */
export function simulates(shard: number): void {
  describe(`the ledger under each seed of part ${shard + 1} of ${SHARDS}`, () => {
    jest.setTimeout(PATIENCE_MS);
    it('breaks no invariant and gives the digest of the undisturbed run, whatever goes wrong', async () => {
      const failed: Run[] = [];
      for (const seed of seedsOf(process.env).filter((each) => each % SHARDS === shard)) {
        const outcome = await run(seed);
        if (process.env['SIM_SEED'] !== undefined) process.stdout.write(`seed ${seed}: trace ${outcome.trace}\n`);
        if (outcome.breaches.length > 0) failed.push(outcome);
      }
      const others = Math.max(0, failed.length - FAILURES_TOLD_MAX);
      expect({ failures: failed.slice(0, FAILURES_TOLD_MAX).map(told), others }).toEqual({ failures: [], others: 0 });
    });
  });
}

function seedsOf({ SIM_SEED, SIM_SEEDS }: NodeJS.ProcessEnv): readonly number[] {
  if (SIM_SEED !== undefined) return [+SIM_SEED];
  return Array.from({ length: +(SIM_SEEDS ?? SEEDS) }, (_, at) => at + 1);
}

function told({ seed, trace, breaches }: Run): unknown {
  return { replay: `SIM_SEED=${seed} npm test -- test/sim`, trace, breaches };
}
