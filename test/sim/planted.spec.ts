import { run } from './run';
import { PLANTED } from './world/planted';

/** Within so many seeds each bug has to show. */
const SEEDS_MAX = 200;

jest.setTimeout(600_000);

describe('a planted bug', () => {
  it.each(Object.entries(PLANTED))('shows within 200 seeds when the ledger %s', async (_, { product, shows }) => {
    for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
      const { breaches } = await run(seed, { product });
      if (breaches.some((breach) => shows.test(breach))) return;
    }
    throw new Error(`no run of ${SEEDS_MAX} seeds showed ${shows.source}`);
  });
});
