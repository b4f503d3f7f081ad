import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { facts, typesIn } from '@ledger/ports/event-store-facts.contract';
import { PATIENCE_MS, reasonOf } from '@ledger/ports/trial.contract';
import {
  selfSigned,
  startEventStoreDbServer,
  type EventStoreDbServer,
} from '../../../../test/support/eventstoredb-server';
import { storeAt } from './server-trial.contract';

const USERS = [
  { name: 'ops', password: 'p%w:d@', groups: ['$admins'] },
  { name: 'ledger', password: 'secret', groups: [] },
  { name: 'auditor', password: 'other', groups: [] },
];

/** What the README tells operators to set: nobody but administrators deletes or marks. */
const SAFE_ACL = {
  $userStreamAcl: { $r: ['ledger', 'auditor'], $w: 'ledger', $d: '$admins', $mr: '$all', $mw: '$admins' },
};

describe('rights on EventStoreDB', () => {
  jest.setTimeout(2 * PATIENCE_MS);

  let server: EventStoreDbServer;
  let folder: string;
  const urlOf = (user: string, password: string): string =>
    `esdb://${user}:${encodeURIComponent(password)}@127.0.0.1:${server.port}?tls=true&tlsCAFile=${encodeURIComponent(join(folder, 'ca.pem'))}`;

  beforeEach(async () => {
    const tls = selfSigned();
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    writeFileSync(join(folder, 'ca.pem'), tls.certificate);
    server = await startEventStoreDbServer({ users: USERS, tls });
  });

  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const restrict = async (): Promise<void> => {
    const admin = EventStoreDBClient.connectionString(urlOf('ops', 'p%w:d@'));
    await admin.appendToStream('$settings', jsonEvent({ type: 'update-default-acl', data: SAFE_ACL }));
    await admin.dispose();
  };

  it('finds out that the user may delete and mark where nobody restricted it, and changes nothing', async () => {
    const store = storeAt(urlOf('ledger', 'secret'));
    const may = { mayDelete: true, mayTombstone: true, mayMark: true };
    expect(await store.checkAccess(['session-', 'charge-'])).toEqual([
      { prefix: 'session-', ...may },
      { prefix: 'charge-', ...may },
    ]);
    expect(server.log.size).toBe(0);
    await store.close();
  });

  it('finds out that the user may neither delete nor mark under a safe default, while it appends and reads', async () => {
    await restrict();
    const store = storeAt(urlOf('ledger', 'secret'));
    const mayNot = { mayDelete: false, mayTombstone: false, mayMark: false };
    expect(await store.checkAccess(['session-'])).toEqual([{ prefix: 'session-', ...mayNot }]);
    await store.append('session-1', 'none', facts(2));
    expect(await typesIn(store, 'session-1')).toEqual(['Fact0', 'Fact1']);
    expect(await store.isReachable()).toBe(true);
    await store.close();
  });

  it('says that the store refuses a user who may only read, and one with a wrong password', async () => {
    await restrict();
    const reader = storeAt(urlOf('auditor', 'other'));
    expect(await reasonOf(reader.append('session-1', 'none', facts(1)))).toMatchObject({ code: 'store-unavailable' });
    expect(await typesIn(reader, 'session-1')).toEqual([]);
    await reader.close();
    const stranger = storeAt(urlOf('ledger', 'wrong'));
    expect(await reasonOf(stranger.append('session-1', 'none', facts(1)))).toMatchObject({ code: 'store-unavailable' });
    expect(await reasonOf(typesIn(stranger, 'session-1'))).toMatchObject({ code: 'store-unavailable' });
    const following = stranger.follow({ prefixes: ['session-'], after: 'none' }, () => Promise.resolve());
    expect(await reasonOf(following.ended)).toMatchObject({ code: 'store-unavailable' });
    await stranger.close();
  });

  it('does not trust a server whose certificate the authority did not sign', async () => {
    writeFileSync(join(folder, 'ca.pem'), selfSigned().certificate);
    const store = storeAt(urlOf('ledger', 'secret'), { reachableTimeoutMs: 500 });
    expect(await store.isReachable()).toBe(false);
    await store.close();
  });

  it('cannot tell while the server is away', async () => {
    const store = storeAt(urlOf('ledger', 'secret'), { readTimeoutMs: 500 });
    server.stop();
    expect(await reasonOf(store.checkAccess(['session-']))).toMatchObject({ code: 'store-unavailable' });
    await store.close();
  });
});
