import { run } from './run';
import type { Run } from './run';

/** Seeds of an ordinary test run; SIM_SEEDS sets another number, SIM_SEED runs that one alone. */
const SEEDS = 300;

/** The first seeds that fail are told, the others counted. */
const FAILURES_TOLD_MAX = 3;

jest.setTimeout(3_600_000);

describe('the ledger under one seed', () => {
  it('breaks no invariant and gives the digest of the undisturbed run, whatever goes wrong', async () => {
    const failed: Run[] = [];
    for (const seed of seedsOf(process.env)) {
      const outcome = await run(seed);
      if (process.env['SIM_SEED'] !== undefined) process.stdout.write(`seed ${seed}: trace ${outcome.trace}\n`);
      if (outcome.breaches.length > 0) failed.push(outcome);
    }
    expect(failed.slice(0, FAILURES_TOLD_MAX).map(told)).toEqual([]);
  });
});

function seedsOf({ SIM_SEED, SIM_SEEDS }: NodeJS.ProcessEnv): readonly number[] {
  if (SIM_SEED !== undefined) return [+SIM_SEED];
  return Array.from({ length: +(SIM_SEEDS ?? SEEDS) }, (_, at) => at + 1);
}

function told({ seed, trace, breaches }: Run): unknown {
  return { replay: `SIM_SEED=${seed} npm test -- test/sim`, trace, breaches };
}
