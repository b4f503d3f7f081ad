import { KEY_BYTES, keyedDigest, pepperName, serviceLookup, tokenLookup } from '@ledger/audit';
import type { Clock, Erased, KeyStore, PresentedToken, Random, Subject } from '@ledger/ports';
import { StorageFault, StoreUnavailable } from '@ledger/ports';
import { parseInstant, type Instant } from '@ledger/units';
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import { BoundedCache } from './bounded-cache';
import { Database } from './database';
import { GroupCommit } from './group-commit';
import { BadKeyFile, KeyWrapping, makeEncryptionKey, readEncryptionKey } from './key-wrapping';
import { EMBEDDED_LIMITS } from './limits';
import { bytesOf, optionalTextOf, textOf } from './stored-values';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS peppers (tenant TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS subjects (
    subject TEXT PRIMARY KEY, tenant TEXT NOT NULL, lookup BLOB, wrapped BLOB, made_at TEXT NOT NULL, erased_at TEXT) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS subjects_by_lookup ON subjects (tenant, lookup) WHERE lookup IS NOT NULL;
`;

/** Every new subject lands on random pages of table and index, which are written whole before its first statement is taken. */
const PAGE_BYTES = 1_024;

/** What the key store needs from outside. `encryptionKeyFile` is made with a new store, and never replaced. */
export interface KeyStoreOptions {
  readonly path: string;
  readonly encryptionKeyFile: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Keys of subjects in one SQLite file, each wrapped with a key-encryption key that lies in a file of its own. */
export class EmbeddedKeyStore implements KeyStore {
  private readonly database: Database;
  private readonly group: GroupCommit;
  private readonly wrapping: KeyWrapping;
  private readonly statements;
  private readonly peppers = new BoundedCache<string, KeyObject>(EMBEDDED_LIMITS.peppersCachedMax);
  /** Subjects by lookup. One that was erased stays here and is found to have no key. */
  private readonly subjects = new BoundedCache<string, string>(EMBEDDED_LIMITS.subjectsCachedMax);
  private readonly keys = new BoundedCache<string, Uint8Array>(EMBEDDED_LIMITS.subjectsCachedMax);

  constructor(private readonly options: KeyStoreOptions) {
    const whenClosed = (): Error => new StoreUnavailable('the key store is closed');
    this.database = new Database({
      path: options.path,
      schema: SCHEMA,
      pageBytes: PAGE_BYTES,
      cacheKib: EMBEDDED_LIMITS.keyCacheKib,
      whenClosed,
    });
    this.database.exec('PRAGMA secure_delete = ON');
    const limits = {
      waitingBytesMax: EMBEDDED_LIMITS.subjectsWaitingMax,
      groupBytesMax: EMBEDDED_LIMITS.subjectsGroupMax,
    };
    const whenFull = (): Error => new StoreUnavailable('too many new subjects wait for the disk');
    this.group = new GroupCommit(this.database, { ...limits, whenFull });
    this.wrapping = new KeyWrapping(this.encryptionKey(), options.random);
    this.statements = preparedIn(this.database);
  }

  async subjectOf(tenant: string, token: PresentedToken): Promise<Subject> {
    return this.found(tenant, tokenLookup(await this.pepperOf(tenant), token));
  }

  async serviceSubject(tenant: string, purpose: string): Promise<Subject> {
    return this.found(tenant, serviceLookup(await this.pepperOf(tenant), purpose));
  }

  async keyOf(subject: string): Promise<Uint8Array | Erased | undefined> {
    this.database.refuse();
    const cached = this.keys.get(subject);
    if (cached !== undefined) return cached;
    const row = this.database.guard(() => this.statements.key.get(subject));
    if (row === undefined) return undefined;
    const erasedAt = optionalTextOf(row, 'erased_at');
    if (erasedAt !== undefined) return { erased: true, at: checkedInstant(erasedAt) };
    return this.remembered(subject, this.wrapping.unwrap(subject, bytesOf(row, 'wrapped')));
  }

  async keyedDigest(tenant: string, text: string): Promise<string> {
    return keyedDigest(await this.pepperOf(tenant), text);
  }

  async erase(subject: string, at: Instant): Promise<boolean> {
    const wasThere = await this.group.run<boolean>(1, () => {
      this.keys.delete(subject);
      return this.statements.erase.run(at, subject).changes !== 0;
    });
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return wasThere;
  }

  async close(): Promise<void> {
    this.group.flush();
    this.database.close();
  }

  private async found(tenant: string, lookup: Buffer): Promise<Subject> {
    const cacheKey = lookup.toString('base64');
    const subject = this.subjects.get(cacheKey) ?? '';
    const key = this.keys.get(subject);
    if (key !== undefined) return { subject, key };
    const kept = this.stored(tenant, lookup);
    const known =
      kept ?? (await this.group.run<Subject>(1, () => this.stored(tenant, lookup) ?? this.made(tenant, lookup)));
    this.subjects.set(cacheKey, known.subject);
    return known;
  }

  private stored(tenant: string, lookup: Uint8Array): Subject | undefined {
    const row = this.database.guard(() => this.statements.find.get(tenant, lookup));
    if (row === undefined) return undefined;
    const subject = textOf(row, 'subject');
    return { subject, key: this.remembered(subject, this.wrapping.unwrap(subject, bytesOf(row, 'wrapped'))) };
  }

  private made(tenant: string, lookup: Uint8Array): Subject {
    const { random, clock } = this.options;
    const [subject, key] = [random.uuid(), random.bytes(KEY_BYTES)];
    this.statements.add.run(subject, tenant, lookup, this.wrapping.wrap(subject, key), clock.now());
    return { subject, key: this.remembered(subject, key) };
  }

  private async pepperOf(tenant: string): Promise<KeyObject> {
    this.database.refuse();
    const known = this.peppers.get(tenant);
    if (known !== undefined) return known;
    const stored = this.storedPepper(tenant);
    const bytes =
      stored ?? (await this.group.run<Uint8Array>(1, () => this.storedPepper(tenant) ?? this.madePepper(tenant)));
    const pepper = createSecretKey(bytes);
    this.peppers.set(tenant, pepper);
    return pepper;
  }

  private storedPepper(tenant: string): Uint8Array | undefined {
    const row = this.database.guard(() => this.statements.pepper.get(tenant));
    return row === undefined ? undefined : this.wrapping.unwrap(pepperName(tenant), bytesOf(row, 'wrapped'));
  }

  private madePepper(tenant: string): Uint8Array {
    const pepper = this.options.random.bytes(KEY_BYTES);
    this.statements.addPepper.run(tenant, this.wrapping.wrap(pepperName(tenant), pepper));
    return pepper;
  }

  private remembered(subject: string, key: Uint8Array): Uint8Array {
    this.keys.set(subject, key);
    return key;
  }

  /** The key-encryption key. A store that holds keys already does not get a new one: its keys would be lost. */
  private encryptionKey(): Uint8Array {
    const { encryptionKeyFile, path, random } = this.options;
    const kept = readEncryptionKey(encryptionKeyFile);
    if (kept !== undefined) return kept;
    const used = this.database.guard(() => this.database.prepare('SELECT 1 FROM peppers LIMIT 1').get());
    if (used !== undefined)
      throw new BadKeyFile(`${encryptionKeyFile}: it is missing, and ${path} holds keys wrapped with it`);
    return makeEncryptionKey(encryptionKeyFile, random);
  }
}

function preparedIn(
  database: Database,
): Readonly<Record<'pepper' | 'addPepper' | 'find' | 'key' | 'add' | 'erase', StatementSync>> {
  return {
    pepper: database.prepare('SELECT wrapped FROM peppers WHERE tenant = ?'),
    addPepper: database.prepare('INSERT INTO peppers VALUES (?, ?)'),
    find: database.prepare('SELECT subject, wrapped FROM subjects WHERE tenant = ? AND lookup = ?'),
    key: database.prepare('SELECT wrapped, erased_at FROM subjects WHERE subject = ?'),
    add: database.prepare('INSERT INTO subjects (subject, tenant, lookup, wrapped, made_at) VALUES (?, ?, ?, ?, ?)'),
    erase: database.prepare(
      'UPDATE subjects SET lookup = NULL, wrapped = NULL, erased_at = coalesce(erased_at, ?) WHERE subject = ?',
    ),
  };
}

function checkedInstant(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new StorageFault('a stored row is damaged: erased_at');
  return instant;
}
