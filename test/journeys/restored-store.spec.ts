import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

import { startEventStoreDbServer } from '../support/eventstoredb-server';
import type { EventStoreDbServer } from '../support/eventstoredb-server';
import { sessions } from '../support/fleet';
import { StandaloneProcess } from '../support/standalone-process';

jest.setTimeout(180_000);

const EVENTS = sessions(2);
const WORDS = 'the store is not the one that was followed';
const RUNBOOK = '\\"Restore\\" in deploy/runbook.md';

describe('tables meet a store that was put back from a copy', () => {
  let folder: string;
  let server: EventStoreDbServer;
  let ledger: StandaloneProcess | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-restored-'));
    server = await startEventStoreDbServer();
  });
  afterEach(async () => {
    await ledger?.kill();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('and the process ends with words that lead to the runbook: embedded, with events that are gone', async () => {
    await filled({});
    cpSync(join(folder, 'data', 'events.db'), join(folder, 'copy.db'));
    ledger = await start({});
    await ledger.send(sessions(4));
    await ledger.settle();
    await ledger.stop();
    for (const suffix of ['-wal', '-shm']) rmSync(join(folder, 'data', `events.db${suffix}`), { force: true });
    cpSync(join(folder, 'copy.db'), join(folder, 'data', 'events.db'));
    await refusesTo({});
  });

  it('and the process ends: a server that lost events', async () => {
    await filled(storeAt());
    server.log.restoreTo(lastFollowed());
    await refusesTo(storeAt());
  });

  it('and the process ends: a server that lost events and has taken others in their place', async () => {
    await filled(storeAt());
    const before = server.log.size;
    server.log.restoreTo(lastFollowed());
    const writer = EventStoreDBClient.connectionString(server.url);
    while (server.log.size < before + 3)
      await writer.appendToStream('session-other', jsonEvent({ type: 'T', data: {} }));
    await writer.dispose();
    await refusesTo(storeAt());
  });

  it('and the process ends: a server that was restored while it was followed', async () => {
    ledger = await start(storeAt());
    await ledger.send(EVENTS);
    await ledger.settle();
    server.stop();
    server.log.restoreTo(lastFollowed());
    await server.start();
    expect(await ledger.ended).toBe('1');
    expect(ledger.log).toContain(WORDS);
  });

  it('and goes on where the copy holds everything that was followed', async () => {
    await filled(storeAt());
    server.stop();
    server.log.restoreTo(server.log.size);
    await server.start();
    ledger = await start(storeAt());
    await ledger.send(sessions(4));
    await ledger.settle();
    expect(ledger.isAlive).toBe(true);
  });

  /** Index of the last event that the tables are made of. */
  function lastFollowed(): number {
    const events = Array.from({ length: server.log.size }, (_, at) => server.log.eventAt(at));
    return events.findLastIndex((event) => event?.stream.startsWith('session-') === true);
  }

  /** Lets a ledger fold and project something, and stops it. */
  async function filled(settings: Readonly<Record<string, string>>): Promise<void> {
    ledger = await start(settings);
    await ledger.send(EVENTS);
    await ledger.settle();
    expect(await ledger.stop()).toBe('0');
  }

  async function refusesTo(settings: Readonly<Record<string, string>>): Promise<void> {
    ledger = await start(settings);
    expect(await ledger.ended).toBe('1');
    const fatal = ledger.log.split('\n').filter((line) => line.includes('"level":60') && line.includes(WORDS));
    expect(fatal[0]).toContain(RUNBOOK);
    expect(fatal[0]).toContain('"worker":"project"');
  }

  function start(settings: Readonly<Record<string, string>>): Promise<StandaloneProcess> {
    return StandaloneProcess.start(join(folder, 'data'), settings);
  }

  function storeAt(): Readonly<Record<string, string>> {
    return { LEDGER_STORE: 'eventstoredb', EVENTSTORE_URL: server.url };
  }
});
