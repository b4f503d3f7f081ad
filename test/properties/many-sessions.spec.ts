import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EmbeddedKeyStore, SystemRandom } from '@ledger/adapters/embedded';
import { readJson } from '@ledger/units';

import type { FleetPlan } from '../../apps/ledgerctl/src/simulate/charger';
import { ALL_FAULTS } from '../../apps/ledgerctl/src/simulate/faults';
import type { FaultRates } from '../../apps/ledgerctl/src/simulate/faults';
import { locationsOf } from '../../apps/ledgerctl/src/simulate/locations';
import { readRecord } from '../../libs/usecases/src/session-record';
import { shuffled } from '../support/fleet';
import { allRows } from '../support/invariants';
import { MemoryLedger, statementsOf } from '../support/memory-ledger';
import { HandClock, TENANT } from '../support/pipeline';
import { randomOf } from '../support/random-numbers';
import { simulated } from '../support/simulated-fleet';

/** Fleets that are delivered in order and in disorder; `PROPERTY_RUNS=5000` for all that were ever promised. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? '150');
const FIRST = Number(process.env['PROPERTY_FIRST'] ?? '1');
const FROM = '2026-03-02T00:00:00.000Z';

/** How a fleet's statements reach the ledger. */
interface Delivery {
  readonly statements: readonly Uint8Array[];
  readonly batchMax: number;
  /** Named steps after which a process is killed, one after the other. */
  readonly kills: readonly number[];
}

interface Outcome {
  readonly digest: string;
  readonly replayed: string;
  /** Every final assessment, and what holds it from outside: one without its end is provisional, and costs nothing yet. */
  readonly sessions: readonly string[];
}

jest.setTimeout(RUNS * 20_000);

describe('many sessions of several stations, with every fault of the field', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-keys-'));
  const random = new SystemRandom();
  const keys = new EmbeddedKeyStore({
    path: join(folder, 'keys.db'),
    encryptionKeyFile: join(folder, 'key-encryption.key'),
    clock: new HandClock(),
    random,
  });

  afterAll(async () => {
    await keys.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`come to the same bytes for every order, repetition, batch and kill: seeds ${FIRST} to ${FIRST + RUNS - 1}`, async () => {
    let sessions = 0;
    let kills = 0;
    for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) {
      const plan = planOf(seed);
      const statements = await statementsOf({ keys, random }, simulated(plan).messages);
      const inOrder = await outcomeOf(plan, { statements, batchMax: 500, kills: [] });
      const anyhow = await outcomeOf(plan, disordered(statements, seed));
      expect({ seed, differs: differing(inOrder.outcome, anyhow.outcome) }).toEqual({ seed, differs: [] });
      expect({ seed, replayed: inOrder.outcome.replayed }).toEqual({ seed, replayed: inOrder.outcome.digest });
      sessions += inOrder.outcome.sessions.length;
      kills += anyhow.kills;
    }
    expect(sessions).toBeGreaterThan(RUNS * 2);
    expect(kills).toBeGreaterThanOrEqual(RUNS);
  });
});

/** So many faults that a small fleet has most of them, and many sessions several at once; every other one knows no location. */
function planOf(seed: number): FleetPlan {
  const rates = Object.entries(ALL_FAULTS).map(([name, rate]) => [name, Math.min(0.5, rate * 5)]);
  return {
    ...{ chargers: 3, sessions: 3, days: undefined, format: 'mixed', duplicates: 0.02 },
    ...{ seed, faults: Object.fromEntries(rates) as FaultRates, fromMs: Date.parse(FROM) },
  };
}

function disordered(statements: readonly Uint8Array[], seed: number): Delivery {
  const chance = randomOf(seed);
  const again = statements.filter(() => chance() < 0.1);
  const kills = Array.from({ length: 3 }, () => 1 + Math.floor(chance() * 40));
  const batchMax = 1 + Math.floor(chance() ** 2 * 120);
  return { statements: shuffled([...statements, ...again], seed), batchMax, kills };
}

/** What one outcome has and another has not, as far as a person can read it. */
function differing(one: Outcome, other: Outcome): readonly string[] {
  const differences = (['digest', 'replayed'] as const).filter((name) => one[name] !== other[name]);
  const [here, there] = [new Set(one.sessions), new Set(other.sessions)];
  return [
    ...differences,
    ...one.sessions.filter((session) => !there.has(session)).map((session) => `in order: ${session.slice(-READ_MAX)}`),
    ...other.sessions.filter((session) => !here.has(session)).map((session) => `anyhow: ${session.slice(-READ_MAX)}`),
  ];
}

/** Characters of a session's assessment that a failure shows. */
const READ_MAX = 600;

async function outcomeOf(
  plan: FleetPlan,
  { statements, batchMax, kills }: Delivery,
): Promise<{ readonly outcome: Outcome; readonly kills: number }> {
  const ledger = new MemoryLedger(FROM);
  if (plan.seed % 2 === 0) await publishLocations(ledger, plan);
  ledger.publish(statements);
  for (const kill of kills) {
    ledger.killAt(kill);
    await ledger.settle(batchMax);
  }
  await ledger.settle(batchMax);
  await ledger.rest();
  const model = ledger.model();
  const rows = await allRows(model, 'sessions', TENANT);
  const records = rows.map(({ body }) => readRecord(body)).filter(({ status }) => status === 'closed');
  const sessions = records.map(({ id, assessment, fromOutside }) => JSON.stringify({ id, assessment, fromOutside }));
  const outcome = { digest: await ledger.liveDigest(), replayed: await ledger.replayDigest(), sessions };
  return { outcome, kills: ledger.kills };
}

async function publishLocations(ledger: MemoryLedger, plan: FleetPlan): Promise<void> {
  const publishing = ledger.publishing();
  for (const location of locationsOf(plan)) {
    const reading = readJson(JSON.stringify(location));
    if (!reading.ok) throw new Error(reading.reason);
    await publishing.location(reading.value, { tenant: TENANT, correlation: 'simulated' });
  }
}
