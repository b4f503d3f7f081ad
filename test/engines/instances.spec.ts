import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@ledger/ports/trial.contract';
import type { AppProcess } from './app-process';
import { Cluster, type AppName } from './cluster';
import { demoLines, embeddedDigest } from './demo-lines';
import { randomOf } from './fault-run';

jest.setTimeout(600_000);

/** Enough for every instance to have work, few enough for a busy machine. */
const OF_EACH = 120;
const LINES_OF_REQUEST = 20;
/** Members that die while the load goes on, and the longest wait between two deaths. */
const DEATHS = 5;
const BETWEEN_MS_MAX = 2_500;
const KEYS_IN_POSTGRES = {
  LEDGER_KEYS: 'postgres',
  LEDGER_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  LEDGER_DATA: '/nowhere/at/all',
};
const SEED = process.env['ENGINES_SEED'] ?? '20260601';

describe('several instances of each app', () => {
  it.each([
    ['one folder with the keys', {}],
    ['keys in PostgreSQL, and no folder in common', KEYS_IN_POSTGRES],
  ])('share the work, die and come back at random moments, and lose and double nothing: %s', async (_, settings) => {
    const lines = demoLines({ ofEach: OF_EACH, shuffle: SEED, twice: true });
    const expected = await embeddedDigest(demoLines({ ofEach: OF_EACH }));
    const cluster = await Cluster.open({ settings });
    const random = randomOf(SEED);
    try {
      await cluster.startAll({ ingestion: 3, ledger: 3, billing: 2 });
      await cluster.publishBook();
      await exactlyOneLeads(cluster);
      const half = Math.floor(lines.length / 2);
      const load = Promise.all([
        cluster.deliver(lines.slice(0, half), LINES_OF_REQUEST),
        cluster.writeAsGateway(lines.slice(half)),
      ]);
      for (let death = 0; death < DEATHS; death += 1) {
        await pause(Math.floor(random() * BETWEEN_MS_MAX));
        const name = (['ingestion', 'ledger', 'ledger', 'billing'] as const)[Math.floor(random() * 4)] ?? 'ledger';
        await replaceOne(cluster, name, random);
      }
      await load;
      await cluster.settle();
      await exactlyOneLeads(cluster);
      expect({ seed: SEED, ...(await cluster.outcome(lines)) }).toEqual({
        seed: SEED,
        digest: expected,
        breaches: [],
        leaks: [],
      });
    } finally {
      expect(new Set(await cluster.close())).toEqual(new Set(['0']));
    }
  });

  async function replaceOne(cluster: Cluster, name: AppName, random: () => number): Promise<void> {
    const alive = cluster.alive(name);
    const victim = alive[Math.floor(random() * alive.length)];
    expect(await victim?.kill()).toBe('SIGKILL');
    await cluster.start(name);
  }

  async function exactlyOneLeads(cluster: Cluster): Promise<void> {
    await until('one billing leads', async () => {
      const leading = await Promise.all(cluster.alive('billing').map(isLeading));
      return leading.filter(Boolean).length === 1;
    });
  }

  async function isLeading(app: AppProcess): Promise<boolean> {
    const { text } = await app.status('/metrics');
    return text.includes('\nledger_projection_leading 1\n');
  }
});
