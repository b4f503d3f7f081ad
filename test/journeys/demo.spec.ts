import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDataFolder } from '@ledger/adapters/embedded';
import { liveDigest } from '@ledger/usecases';

import { deliver } from '../../apps/ledgerctl/src/demo/deliver';
import { epflEvents, konstanzEvents } from '../../apps/ledgerctl/src/demo/real-data';
import { readInput, readObjects } from '../../apps/ledgerctl/src/options';
import { demo } from '../support/command';
import type { TestEvent } from '../support/events';
import { pieces } from '../support/fleet';
import { randomOf } from '../support/random-numbers';
import { breaches } from '../support/invariants';
import { ROOT } from '../support/built-product';
import { StandaloneProcess } from '../support/standalone-process';

const SESSIONS = 2_175;
const ENERGY_WH = '61762433.575';
const STATEMENTS = 5_164;
/** Times that the third run is killed, and how long a life may be, in ms. */
const KILLS = 6;
const LIFE_MS_MAX = 1_500;
const SEED = 20_260_601;

interface DemoResult {
  readonly statements: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly sessions: number;
  readonly energyWh: string;
  readonly charges: readonly { readonly currency: string; readonly count: number; readonly total: string }[];
  readonly digest: string;
  readonly replayDigest: string;
}

jest.setTimeout(600_000);

describe('the demo on real data', () => {
  let plain: DemoResult;
  beforeAll(async () => {
    plain = await resultOf([]);
  });

  it('bills every session and every watt-hour of both sets, and replays to the same digest', () => {
    expect(plain).toMatchObject({
      statements: STATEMENTS,
      verdicts: { recorded: STATEMENTS },
      sessions: SESSIONS,
      energyWh: ENERGY_WH,
      replayDigest: plain.digest,
    });
    expect(plain.charges.map(({ currency, count }) => [currency, count])).toEqual([
      ['CHF', 1_878],
      ['EUR', 297],
    ]);
    expect(plain.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same digest when everything is shuffled, sent twice and in other batches', async () => {
    const shuffled = await resultOf(['--shuffle', '7', '--twice', '--batch', '733']);
    expect(shuffled).toMatchObject({
      statements: 2 * STATEMENTS,
      sessions: SESSIONS,
      energyWh: ENERGY_WH,
      charges: plain.charges,
      digest: plain.digest,
      replayDigest: plain.digest,
    });
    expect(shuffled.verdicts['duplicate']).toBe(STATEMENTS);
  });

  it('gives the same digest when the ledger is killed at random moments and what it did not acknowledge is sent again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    const random = randomOf(SEED);
    let kills = 0;
    let ledger = await begin();
    const again = async (work: () => Promise<boolean>): Promise<void> => {
      while (!(await work())) {
        expect(await ledger.ended).toBe('SIGKILL');
        ledger = await begin();
      }
    };
    for (const { path, method, body } of bookRequests()) {
      await again(async () => (await ledger.ask(path, { method, body })) !== undefined);
    }
    const lines = deliver([...konstanzEvents(), ...epflEvents()], { shuffle: '11', twice: false });
    for (const batch of pieces(lines, 200)) await again(() => ledger.send(batch));
    await again(() => ledger.settle());
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    expect(await ledger.stop()).toBe('0');
    expect(await digestOf(folder, lines)).toBe(plain.digest);
    rmSync(folder, { recursive: true, force: true });

    async function begin(): Promise<StandaloneProcess> {
      const started = await StandaloneProcess.start(folder);
      if (kills < KILLS) {
        kills += 1;
        setTimeout(() => void started.kill(), Math.floor(random() * LIFE_MS_MAX));
      }
      return started;
    }
  });
});

async function resultOf(args: readonly string[]): Promise<DemoResult> {
  const { code, out, err } = await demo([...args, '--json']);
  if (code !== 0) throw new Error(`the demo ended with ${code ?? 'a signal'}: ${err}`);
  return JSON.parse(out) as DemoResult;
}

async function digestOf(folder: string, lines: readonly string[]): Promise<string> {
  const data = await openDataFolder(folder);
  const { events: store, feed, readModel: model } = data;
  const acknowledged = lines.map((line) => JSON.parse(line) as TestEvent);
  expect(await breaches({ store, feed, model }, { tenant: 'default', acknowledged })).toEqual([]);
  const digest = await liveDigest(model, 'default');
  await data.close();
  return digest;
}

function bookRequests(): readonly { readonly path: string; readonly method: string; readonly body: string }[] {
  const folder = join(ROOT, 'test', 'data', 'demo');
  const objects = ['locations', 'tariffs'].flatMap((kind) =>
    readObjects(join(folder, `${kind}.json`)).map(({ id, text }) => ({
      path: `/v1/${kind}/${id}`,
      method: 'PUT',
      body: text,
    })),
  );
  const assignments = JSON.parse(readInput(join(folder, 'assignments.json'))) as readonly object[];
  return [
    ...objects,
    ...assignments.map((body) => ({ path: '/v1/tariff-assignments', method: 'POST', body: JSON.stringify(body) })),
  ];
}
