import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { until } from '@ledger/ports/trial.contract';

import { selfSigned, startEventStoreDbServer } from '../support/eventstoredb-server';
import type { EventStoreDbServer } from '../support/eventstoredb-server';
import { StandaloneProcess } from '../support/standalone-process';

jest.setTimeout(180_000);

const USERS = [
  { name: 'ops', password: 'admin', groups: ['$admins'] },
  { name: 'ledger', password: 'secret', groups: [] },
];

/** What deploy/README.md tells operators to set before the first event. */
const SAFE = { $userStreamAcl: { $r: 'ledger', $w: 'ledger', $d: '$admins', $mr: '$all', $mw: '$admins' } };

describe('at its start an app looks what the user of the store may do', () => {
  let folder: string;
  let server: EventStoreDbServer;
  let ledger: StandaloneProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-rights-'));
  });
  afterEach(async () => {
    await ledger?.kill();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('and says aloud that it may delete events, serving all the same', async () => {
    await startSecure();
    const told = await toldAt(urlOf('ledger', 'secret'), 'may delete events: restrict its rights');
    expect(told).toMatchObject({ level: 50, see: 'deploy/README.md, EventStoreDB' });
    expect(told['excess']).toContainEqual({
      prefix: 'session-',
      mayDelete: true,
      mayTombstone: true,
      mayMark: true,
    });
    expect(await ledger?.ask('/health/ready')).toEqual({ status: 'ready' });
    expect(server.log.size).toBe(0);
  });

  it('and is content with a user that may append and read, and no more', async () => {
    await startSecure();
    const admin = EventStoreDBClient.connectionString(urlOf('ops', 'admin'));
    await admin.appendToStream('$settings', jsonEvent({ type: 'update-default-acl', data: SAFE }));
    await admin.dispose();
    const told = await toldAt(urlOf('ledger', 'secret'), 'the store keeps what it holds');
    expect(told['prefixes']).toEqual(expect.arrayContaining(['session-', 'station-', 'tariff-', 'charge-']));
    expect(ledger?.log).not.toContain('may delete events');
  });

  it('and warns where the server knows no users', async () => {
    server = await startEventStoreDbServer();
    expect(await toldAt(server.url, 'the store knows no users')).toMatchObject({ level: 40 });
  });

  it('and waits for a store that is away, then looks', async () => {
    server = await startEventStoreDbServer();
    server.stop();
    ledger = await start(server.url);
    await until('it tried in vain', () => ledger?.log.includes('"worker":"rights"') === true);
    await server.start();
    await until('it looked', () => ledger?.log.includes('the store knows no users') === true);
    expect(await ledger.stop()).toBe('0');
  });

  async function startSecure(): Promise<void> {
    const tls = selfSigned();
    writeFileSync(join(folder, 'ca.pem'), tls.certificate);
    server = await startEventStoreDbServer({ users: USERS, tls });
  }

  function urlOf(user: string, password: string): string {
    const authority = encodeURIComponent(join(folder, 'ca.pem'));
    return `esdb://${user}:${password}@127.0.0.1:${server.port}?tls=true&tlsCAFile=${authority}`;
  }

  function start(url: string): Promise<StandaloneProcess> {
    return StandaloneProcess.start(join(folder, 'data'), { LEDGER_STORE: 'eventstoredb', EVENTSTORE_URL: url });
  }

  /** Starts a ledger on the store and waits for its log line with these words. */
  async function toldAt(url: string, words: string): Promise<Readonly<Record<string, unknown>>> {
    ledger = await start(url);
    const lines = (): readonly string[] => ledger?.log.split('\n').filter((line) => line.includes(words)) ?? [];
    await until(words, () => lines().length > 0);
    return JSON.parse(lines()[0] ?? '{}') as Readonly<Record<string, unknown>>;
  }
});
