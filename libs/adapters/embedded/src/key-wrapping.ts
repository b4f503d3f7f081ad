import { KEY_BYTES, WRAP_IV_BYTES, unwrapKey, wrapKey } from '@ledger/audit';
import type { Random } from '@ledger/ports';
import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Rights of the file that holds the key-encryption key: its owner may read and write it. */
const KEY_FILE_MODE = 0o600;

/** The file of the key-encryption key is missing, damaged or open to others. */
export class BadKeyFile extends Error {
  readonly code = 'bad-key-file';
}

/** Wraps keys with a key-encryption key (AES-256-GCM), each bound to the name it is kept under. */
export class KeyWrapping {
  private readonly encryptionKey: KeyObject;

  constructor(
    encryptionKey: Uint8Array,
    private readonly random: Random,
  ) {
    this.encryptionKey = createSecretKey(encryptionKey);
  }

  /** Initialisation vector, ciphertext and tag. */
  wrap(name: string, key: Uint8Array): Uint8Array {
    return wrapKey(this.encryptionKey, name, key, this.random.bytes(WRAP_IV_BYTES));
  }

  /** @throws BadKeyFile when the key was wrapped with another key-encryption key, under another name, or was changed */
  unwrap(name: string, wrapped: Uint8Array): Uint8Array {
    try {
      return unwrapKey(this.encryptionKey, name, wrapped);
    } catch (error) {
      throw new BadKeyFile(`the key-encryption key does not open ${name}`, { cause: error });
    }
  }
}

/** Reads the key-encryption key; undefined when there is no such file. @throws BadKeyFile */
export function readEncryptionKey(path: string): Uint8Array | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if ((stat.mode & 0o077) !== 0) throw new BadKeyFile(`${path}: others may read it; chmod it to 600`);
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new BadKeyFile(`${path}: it holds no key of ${KEY_BYTES} bytes in base64`);
  return key;
}

/**
 * Makes a fresh key-encryption key, on disk before it is used. Where several processes start at once, one of them makes
 * the key and the others take it: a file that is there is never replaced.
 */
export function makeEncryptionKey(path: string, random: Random): Uint8Array {
  const key = random.bytes(KEY_BYTES);
  const aside = `${path}.${random.uuid()}.new`;
  const file = openSync(aside, 'wx', KEY_FILE_MODE);
  writeSync(file, `${Buffer.from(key).toString('base64')}\n`);
  fsyncSync(file);
  closeSync(file);
  chmodSync(aside, KEY_FILE_MODE);
  const isMade = linked(aside, path);
  rmSync(aside, { force: true });
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return isMade ? key : (readEncryptionKey(path) ?? key);
}

/** Gives the file its name, unless another one has it already. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
