import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDataFolder } from '@ledger/adapters/embedded';
import { liveDigest } from '@ledger/usecases';

import { ASSIGNMENT, LOCATION, TARIFF } from '../support/book';
import type { TestEvent } from '../support/events';
import { pieces, sessions, testJson } from '../support/fleet';
import { breaches, leaks } from '../support/invariants';
import { StandaloneProcess } from '../support/standalone-process';

const STEPS = [
  'before-publish',
  'after-publish',
  'before-append',
  'after-append',
  'before-receipts',
  'before-commit',
  'after-commit',
  'before-projection',
  'after-projection',
] as const;

const CANARY = 'CANARY-4711-0815';
/** Four sessions, the starts with a token, and all of it a second time. */
const SESSIONS: readonly TestEvent[] = sessions(4).map((event) => {
  const data = event['data'] as object;
  return event['type'] === 'ledger.meter.started.v1'
    ? { ...event, data: { ...data, token: { type: 'RFID', id: CANARY } } }
    : event;
});
const EVENTS = [...SESSIONS, ...SESSIONS.map((event) => ({ ...event, id: `again/${event.id}` }))];
const REQUEST = 6;
/** Small batches, so that each step is reached often. */
const SETTINGS = { LEDGER_BATCH: '3', LEDGER_INTAKE_CHUNK: '3' };

jest.setTimeout(300_000);

describe('a ledger process that kills itself at a named step', () => {
  let expected: string;
  beforeAll(async () => {
    expected = await outcomeOf(undefined);
  });

  it.each(STEPS.flatMap((step) => [1, 3].map((n) => `${step}:${n}`)))(
    'loses and doubles nothing at %s',
    async (crashAt) => {
      expect(await outcomeOf(crashAt)).toBe(expected);
    },
  );

  /** Sends everything to a ledger that dies once at most, checks what it left and tells the digest. */
  async function outcomeOf(crashAt: string | undefined): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    const deaths: string[] = [];
    let log = '';
    let ledger = await StandaloneProcess.start(folder, {
      ...SETTINGS,
      ...(crashAt === undefined ? {} : { CRASH_AT: crashAt }),
    });
    const again = async (work: () => Promise<boolean>): Promise<void> => {
      while (!(await work())) {
        deaths.push(await ledger.ended);
        log += ledger.log;
        ledger = await StandaloneProcess.start(folder, SETTINGS);
      }
    };
    for (const [path, method, object] of BOOK) {
      await again(async () => (await ledger.ask(path, { method, body: testJson(object) })) !== undefined);
    }
    for (const events of pieces(EVENTS, REQUEST)) await again(() => ledger.send(events));
    await again(() => ledger.settle());
    expect(await ledger.stop()).toBe('0');
    log += ledger.log;
    expect(deaths).toEqual(crashAt === undefined ? [] : ['SIGKILL']);
    expect(leaks(CANARY, folder, { log })).toEqual([]);
    return checked(folder);
  }
});

const BOOK = [
  ['/v1/locations/LOC-1', 'PUT', LOCATION],
  ['/v1/tariffs/T-1', 'PUT', TARIFF],
  ['/v1/tariff-assignments', 'POST', ASSIGNMENT],
] as const;

async function checked(folder: string): Promise<string> {
  const data = await openDataFolder(folder);
  const { events: store, feed, readModel: model } = data;
  expect(await breaches({ store, feed, model }, { tenant: 'default', acknowledged: EVENTS })).toEqual([]);
  const digest = await liveDigest(model, 'default');
  await data.close();
  rmSync(folder, { recursive: true, force: true });
  return digest;
}
