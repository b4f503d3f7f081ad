import { run } from './run';

/** Seeds of an ordinary test run; `npm run test:sim` takes many more. */
const SEEDS = 100;

jest.setTimeout(600_000);

describe('the ledger under the first seeds', () => {
  it('breaks no invariant and gives the digest of the undisturbed run, whatever goes wrong', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { trace, breaches } = await run(seed);
      expect({ seed, trace, breaches }).toEqual({ seed, trace, breaches: [] });
    }
  });
});
