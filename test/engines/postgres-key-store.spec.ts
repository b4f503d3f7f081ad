import { randomBytes } from 'node:crypto';
import { SystemClock, SystemRandom } from '@ledger/adapters/embedded';
import { openPostgresKeyStore } from '@ledger/adapters/postgres';
import type { KeyStore } from '@ledger/ports';
import { keyStoreContract } from '@ledger/ports/key-store.contract';
import { reasonOf } from '@ledger/ports/trial.contract';
import { databaseUrl, freshSchema, sql } from './postgres-database';

const url = databaseUrl();
const encryptionKey = randomBytes(32);
const schema = freshSchema();
const RFID = { type: 'RFID', id: 'CANARY-TOKEN' };

const openStore = (key: Uint8Array = encryptionKey): Promise<KeyStore> =>
  openPostgresKeyStore({ url, schema, encryptionKey: key, clock: new SystemClock(), random: new SystemRandom() });

afterAll(() => sql(url, `DROP SCHEMA IF EXISTS ${schema} CASCADE`));

keyStoreContract('PostgresKeyStore', async () => {
  let port = await openStore();
  return {
    get port() {
      return port;
    },
    reopen: async () => {
      await port.close();
      port = await openStore();
      return port;
    },
    end: () => port.close(),
  };
});

describe('keys in PostgreSQL', () => {
  const stores: KeyStore[] = [];
  beforeAll(async () => {
    stores.push(...(await Promise.all([openStore(), openStore(), openStore()])));
  });
  afterAll(() => Promise.all(stores.map((keys) => keys.close())));

  it('are the same for all processes, also where all of them meet a token and a tenant for the first time at once', async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `T-${at}`);
    const found = await Promise.all(
      stores.flatMap((keys) => ids.map((id) => keys.subjectOf('together', { type: 'RFID', id }))),
    );
    expect(new Set(found.map(({ subject }) => subject)).size).toBe(ids.length);
    expect(new Set(found.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(ids.length);
    const digests = await Promise.all(stores.map((keys) => keys.keyedDigest('together', 'text')));
    expect(new Set(digests).size).toBe(1);
  });

  it('are gone in all processes at once when one erases them', async () => {
    const [one, other] = stores;
    const { subject } = (await one?.subjectOf('erased', RFID)) ?? { subject: '' };
    expect(await other?.keyOf(subject)).toHaveLength(32);
    const at = new SystemClock().now();
    expect(await one?.erase(subject, at)).toBe(true);
    expect(await other?.keyOf(subject)).toEqual({ erased: true, at });
    expect((await other?.subjectOf('erased', RFID))?.subject).not.toBe(subject);
  });

  it('lie there wrapped: neither token nor key is in the tables', async () => {
    const { key } = (await stores[0]?.subjectOf('wrapped', RFID)) ?? { key: Buffer.alloc(0) };
    const { rows } = await sql(
      url,
      `SELECT to_json(s)::text AS row FROM ${schema}.subjects s WHERE tenant = 'wrapped'`,
    );
    expect(rows).toHaveLength(1);
    const bytes = Buffer.from(key);
    for (const clear of ['CANARY', bytes.toString('hex'), bytes.toString('base64')]) {
      expect(rows[0]?.['row']).not.toContain(clear);
    }
  });

  it('are not opened with another key-encryption key, nor with half of one', async () => {
    await stores[0]?.keyedDigest('somebody', 'text');
    const strange = await reasonOf(openStore(randomBytes(32)));
    expect(strange).toMatchObject({ code: 'wrong-encryption-key' });
    expect(await reasonOf(openStore(randomBytes(16)))).toMatchObject({ code: 'wrong-encryption-key' });
  });
});
