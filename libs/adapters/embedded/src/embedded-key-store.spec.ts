import { chmodSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyStore } from '@ledger/ports';
import { keyStoreContract } from '@ledger/ports/key-store.contract';
import { reasonOf } from '@ledger/ports/trial.contract';
import { EmbeddedKeyStore } from './embedded-key-store';
import { folderTrial, freshFolder } from './folder-trial.contract';
import { makeEncryptionKey } from './key-wrapping';
import { SystemClock } from './system-clock';
import { SystemRandom } from './system-random';

const openIn = (folder: string): EmbeddedKeyStore =>
  new EmbeddedKeyStore({
    path: join(folder, 'keys.db'),
    encryptionKeyFile: join(folder, 'key-encryption.key'),
    clock: new SystemClock(),
    random: new SystemRandom(),
  });

keyStoreContract('EmbeddedKeyStore', folderTrial<KeyStore>(openIn));

describe('EmbeddedKeyStore', () => {
  it('keeps neither token nor key in clear, and no trace of an erased key', async () => {
    const { folder, remove } = freshFolder();
    const keys = openIn(folder);
    const { subject, key } = await keys.subjectOf('tenant', { type: 'RFID', id: 'CANARY-TOKEN' });
    const rowOf = (): Buffer[] => filesIn(folder).filter((content) => content.includes(subject));
    expect(rowOf().length).toBeGreaterThan(0);
    const clear = [
      'CANARY-TOKEN',
      Buffer.from(key),
      Buffer.from(key).toString('hex'),
      Buffer.from(key).toString('base64'),
    ];
    const isAnywhere = (): boolean =>
      clear.some((secret) => filesIn(folder).some((content) => content.includes(secret)));
    expect(isAnywhere()).toBe(false);
    const sizeBefore = statSync(join(folder, 'keys.db-wal')).size;
    await keys.erase(subject, new SystemClock().now());
    expect(statSync(join(folder, 'keys.db-wal')).size).toBeLessThan(sizeBefore);
    expect(isAnywhere()).toBe(false);
    await keys.close();
    remove();
  });

  it('keeps the key-encryption key for its owner alone, and refuses one that others may read', async () => {
    const { folder, remove } = freshFolder();
    await openIn(folder).close();
    const file = join(folder, 'key-encryption.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o640);
    expect(() => openIn(folder)).toThrow(/others may read it/);
    remove();
  });

  it('refuses to make a new key-encryption key where keys need the old one', async () => {
    const { folder, remove } = freshFolder();
    const keys = openIn(folder);
    await keys.keyedDigest('tenant', 'text');
    await keys.close();
    rmSync(join(folder, 'key-encryption.key'));
    expect(() => openIn(folder)).toThrow(/it is missing/);
    remove();
  });

  it('does not open keys with another key-encryption key', async () => {
    const { folder, remove } = freshFolder();
    const keys = openIn(folder);
    const { subject } = await keys.subjectOf('tenant', { type: 'RFID', id: 'a' });
    await keys.close();
    const elsewhere = freshFolder();
    await openIn(elsewhere.folder).close();
    const other = new EmbeddedKeyStore({
      path: join(folder, 'keys.db'),
      encryptionKeyFile: join(elsewhere.folder, 'key-encryption.key'),
      clock: new SystemClock(),
      random: new SystemRandom(),
    });
    expect(await reasonOf(other.keyOf(subject))).toMatchObject({ code: 'bad-key-file' });
    await other.close();
    elsewhere.remove();
    remove();
  });

  it('serves several processes on one folder: the same token is the same subject everywhere', async () => {
    const { folder, remove } = freshFolder();
    const stores = [openIn(folder), openIn(folder), openIn(folder)];
    const found = await Promise.all(
      stores.flatMap((keys) => ['A', 'B', 'C', 'D'].map((id) => keys.subjectOf('tenant', { type: 'RFID', id }))),
    );
    expect(new Set(found.map(({ subject }) => subject)).size).toBe(4);
    expect(new Set(found.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(4);
    for (const keys of stores) await keys.close();
    remove();
  });

  it('takes the key of whoever made one first, and never replaces it', () => {
    const { folder, remove } = freshFolder();
    const path = join(folder, 'key-encryption.key');
    const first = makeEncryptionKey(path, new SystemRandom());
    const second = makeEncryptionKey(path, new SystemRandom());
    expect(Buffer.from(second).equals(first)).toBe(true);
    expect(readdirSync(folder)).toEqual(['key-encryption.key']);
    remove();
  });
});

function filesIn(folder: string): Buffer[] {
  return readdirSync(folder).map((name) => readFileSync(join(folder, name)));
}
