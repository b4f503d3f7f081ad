import { createSecretKey, type KeyObject } from 'node:crypto';
import { KEY_BYTES, WRAP_IV_BYTES, keyedDigest, pepperName, serviceLookup, tokenLookup } from '@ledger/audit';
import { unwrapKey, wrapKey } from '@ledger/audit';
import { StorageFault, type Clock, type Erased, type KeyStore, type PresentedToken } from '@ledger/ports';
import type { Random, Subject } from '@ledger/ports';
import { parseInstant, type Instant } from '@ledger/units';
import type { Pool } from 'pg';
import { type Ask, askPool, openPool } from './connection';
import { migrate } from './migrate';
import { KEY_MIGRATIONS } from './migrations';
import { type PostgresSettings, resolveSettings } from './settings';
import { quoted } from './statements';
import { toStoredText } from './text';

/** The schema of the keys: apart from the tables, which may be dropped and made anew. */
export const KEYS_SCHEMA = 'ledger_keys';

/** What the key store needs. `encryptionKey` has 32 bytes, and is kept anywhere but in this database. */
export interface PostgresKeySettings extends PostgresSettings {
  readonly encryptionKey: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

/** The key-encryption key is not the one that the keys in the database were wrapped with, or is none. */
export class WrongEncryptionKey extends Error {
  readonly code = 'wrong-encryption-key';
}

/**
 * Opens the keys of subjects in PostgreSQL, which any number of processes on any number of machines share. The schema is brought up to
 * date, and the key-encryption key is tried on what is there. @throws WrongEncryptionKey, MigrationDrift, ReadModelUnavailable
 */
export async function openPostgresKeyStore(settings: PostgresKeySettings): Promise<PostgresKeyStore> {
  const { encryptionKey, clock, random, ...database } = settings;
  if (encryptionKey.length !== KEY_BYTES) throw new WrongEncryptionKey(`the key-encryption key has ${KEY_BYTES} bytes`);
  const resolved = resolveSettings({ schema: KEYS_SCHEMA, ...database });
  await migrate(resolved, KEY_MIGRATIONS);
  const keys = new PostgresKeyStore(openPool(resolved), {
    ...{ clock, random, encryptionKey: createSecretKey(encryptionKey) },
    peppers: quoted(resolved.schema, 'peppers'),
    subjects: quoted(resolved.schema, 'subjects'),
  });
  await keys.tryEncryptionKey().catch(async (error: unknown) => {
    await keys.close();
    throw error;
  });
  return keys;
}

/** What the store works with; `peppers` and `subjects` are the names of its tables. */
interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly encryptionKey: KeyObject;
  readonly peppers: string;
  readonly subjects: string;
}

/**
 * Keys of subjects in PostgreSQL, each wrapped. Only peppers are remembered, which never change: an erasure by one process takes
 * effect in all of them at once. Of several that make the same subject, the first one's is everybody's.
 */
export class PostgresKeyStore implements KeyStore {
  private readonly ask: Ask;
  private readonly knownPeppers = new Map<string, KeyObject>();

  constructor(
    private readonly pool: Pool,
    private readonly tools: Tools,
  ) {
    this.ask = askPool(pool);
  }

  async subjectOf(tenant: string, token: PresentedToken): Promise<Subject> {
    return this.found(tenant, tokenLookup(await this.pepperOf(tenant), token));
  }

  async serviceSubject(tenant: string, purpose: string): Promise<Subject> {
    return this.found(tenant, serviceLookup(await this.pepperOf(tenant), purpose));
  }

  async keyedDigest(tenant: string, text: string): Promise<string> {
    return keyedDigest(await this.pepperOf(tenant), text);
  }

  async keyOf(subject: string): Promise<Uint8Array | Erased | undefined> {
    const text = `SELECT wrapped, erased_at FROM ${this.tools.subjects} WHERE subject = $1`;
    const { rows } = await this.ask({ text, values: [toStoredText(subject)] });
    const [row] = rows;
    if (row === undefined) return undefined;
    const { wrapped, erased_at: erasedAt } = row;
    if (typeof erasedAt === 'string') return { erased: true, at: checkedInstant(erasedAt) };
    return this.unwrapped(subject, wrapped ?? '');
  }

  async erase(subject: string, at: Instant): Promise<boolean> {
    const text = `UPDATE ${this.tools.subjects} SET lookup = NULL, wrapped = NULL, erased_at = coalesce(erased_at, $2)
      WHERE subject = $1`;
    const { rowCount } = await this.ask({ text, values: [toStoredText(subject), at] });
    // What an update replaces stays in the file until it is swept.
    await this.ask({ text: `VACUUM ${this.tools.subjects}`, values: [] });
    return rowCount === 1;
  }

  async close(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }

  /** Opens one of the keys that are there. @throws WrongEncryptionKey */
  async tryEncryptionKey(): Promise<void> {
    const { rows } = await this.ask({ text: `SELECT tenant, wrapped FROM ${this.tools.peppers} LIMIT 1`, values: [] });
    for (const { tenant, wrapped } of rows) this.unwrapped(pepperName(tenant ?? ''), wrapped ?? '');
  }

  private async found(tenant: string, lookup: Buffer): Promise<Subject> {
    const { subjects, clock, random } = this.tools;
    const values = [toStoredText(tenant), lookup.toString('base64')];
    const text = `SELECT subject, wrapped FROM ${subjects} WHERE tenant = $1 AND lookup = $2`;
    for (let attempt = 0; attempt < FIND_ATTEMPTS_MAX; attempt += 1) {
      const [row] = (await this.ask({ text, values })).rows;
      if (row !== undefined)
        return { subject: row['subject'] ?? '', key: this.unwrapped(row['subject'] ?? '', row['wrapped'] ?? '') };
      const [subject, key] = [random.uuid(), random.bytes(KEY_BYTES)];
      await this.ask({
        text: `INSERT INTO ${subjects} (tenant, lookup, subject, wrapped, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        values: [...values, subject, this.wrapped(subject, key), clock.now()],
      });
    }
    throw new StorageFault('a subject that was made is not there: it was erased each time');
  }

  private async pepperOf(tenant: string): Promise<KeyObject> {
    const known = this.knownPeppers.get(tenant);
    if (known !== undefined) return known;
    const { peppers, random } = this.tools;
    const name = pepperName(tenant);
    await this.ask({
      text: `INSERT INTO ${peppers} (tenant, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      values: [toStoredText(tenant), this.wrapped(name, random.bytes(KEY_BYTES))],
    });
    const text = `SELECT wrapped FROM ${peppers} WHERE tenant = $1`;
    const { rows } = await this.ask({ text, values: [toStoredText(tenant)] });
    const pepper = createSecretKey(this.unwrapped(name, rows[0]?.['wrapped'] ?? ''));
    if (this.knownPeppers.size >= PEPPERS_KNOWN_MAX) this.knownPeppers.clear();
    this.knownPeppers.set(tenant, pepper);
    return pepper;
  }

  private wrapped(name: string, key: Uint8Array): string {
    const { encryptionKey, random } = this.tools;
    return Buffer.from(wrapKey(encryptionKey, name, key, random.bytes(WRAP_IV_BYTES))).toString('base64');
  }

  private unwrapped(name: string, wrapped: string): Uint8Array {
    try {
      return unwrapKey(this.tools.encryptionKey, name, Buffer.from(wrapped, 'base64'));
    } catch (cause) {
      throw new WrongEncryptionKey(`the key-encryption key does not open ${name}`, { cause });
    }
  }
}

/** Peppers that stay in memory. */
const PEPPERS_KNOWN_MAX = 1_000;
/** How often a subject is looked for that others make, and erase, at the same moment. */
const FIND_ATTEMPTS_MAX = 5;

function checkedInstant(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new StorageFault('a stored row is damaged: erased_at');
  return instant;
}
