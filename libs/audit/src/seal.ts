import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeUtf8, uuidBytes } from '@ledger/units';

/** The one sealing of the ledger: AES-256-GCM under a key of HKDF-SHA-256 (NIST SP 800-38D, RFC 5869). */
export const SEAL_ALGORITHM = 'A256GCM+HKDF-S256';
/** Bytes of a subject's key. */
export const SUBJECT_KEY_BYTES = 32;
/** Bytes of an initialisation vector, which must be random and never used twice. */
export const SEAL_IV_BYTES = 12;

const LABEL = 'evledger/pii/v1';
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const COMMITMENT_BYTES = 32;

/** A personal value in its sealed form; only the holder of the subject's key can read it (`audit.md`, section 7). */
export interface SealedValue {
  readonly alg: typeof SEAL_ALGORITHM;
  readonly kid: string;
  readonly iv: string;
  readonly ct: string;
  readonly kc: string;
}

/**
 * Where a sealed value stands. It opens only there: `source` is the UUID of the message that it came with, `pointer` the
 * JSON pointer of the field.
 */
export interface SealPlace {
  readonly source: string;
  readonly pointer: string;
}

/** Whose value is sealed: the subject's id and key. */
export interface SealSubject {
  readonly subject: string;
  readonly key: Uint8Array;
}

/** Why a sealed value did not open. Public, never renamed. */
export type UnsealCode = 'seal-malformed' | 'seal-wrong-key' | 'seal-broken' | 'seal-not-text';

interface Unopened {
  readonly ok: false;
  readonly code: UnsealCode;
  readonly reason: string;
}

/** The clear text, or why it stays sealed. */
export type Unsealed = { readonly ok: true; readonly clear: string } | Unopened;

/** The clear bytes, or why they stay sealed. */
export type UnsealedBytes = { readonly ok: true; readonly clear: Uint8Array } | Unopened;

/**
 * Seals a value for a subject at a place. The same arguments give the same seal, so `iv` must be fresh each time.
 * @throws RangeError for text with a lone surrogate, and for a key, iv, subject, source or pointer of the wrong form.
 */
export function seal(clear: string | Uint8Array, iv: Uint8Array, owner: SealSubject, place: SealPlace): SealedValue {
  const keys = keysOf(owner.key, place.source);
  const aad = boundText(owner.subject, place);
  if (keys === undefined) throw new RangeError('a subject key has 32 bytes, and a source is a UUID in lower case');
  if (aad === undefined) throw new RangeError('a subject is not empty, and neither it nor a pointer holds a line feed');
  if (iv.length !== SEAL_IV_BYTES) throw new RangeError(`an iv has ${SEAL_IV_BYTES} bytes`);
  if (typeof clear === 'string' && !clear.isWellFormed()) throw new RangeError('the text holds a lone surrogate');
  const cipher = createCipheriv('aes-256-gcm', keys.key, iv, { authTagLength: TAG_BYTES }).setAAD(aad);
  const start = typeof clear === 'string' ? cipher.update(clear, 'utf8') : cipher.update(clear);
  const sealed = Buffer.concat([start, cipher.final(), cipher.getAuthTag()]);
  return {
    alg: SEAL_ALGORITHM,
    kid: owner.subject,
    iv: Buffer.from(iv).toString('base64'),
    ct: sealed.toString('base64'),
    kc: keys.commitment.toString('hex'),
  };
}

/** Opens a sealed text with the subject's key at the place where it stands. Failures are values. */
export function unseal(sealed: SealedValue, key: Uint8Array, place: SealPlace): Unsealed {
  const opened = unsealBytes(sealed, key, place);
  if (!opened.ok) return opened;
  const clear = decodeUtf8(opened.clear);
  return typeof clear === 'string' ? { ok: true, clear } : unopened('seal-not-text', 'the sealed bytes are not UTF-8');
}

/** Opens sealed bytes with the subject's key at the place where they stand. Failures are values. */
export function unsealBytes(sealed: SealedValue, key: Uint8Array, place: SealPlace): UnsealedBytes {
  const form = formOf(sealed);
  const aad = boundText(sealed.kid, place);
  if (form === undefined || aad === undefined) return unopened('seal-malformed', 'the sealed value has a wrong form');
  const keys = keysOf(key, place.source);
  if (keys === undefined) return unopened('seal-wrong-key', 'the key or the source has a wrong form');
  if (!timingSafeEqual(keys.commitment, form.commitment)) {
    return unopened('seal-wrong-key', 'the value was sealed with another key or for another source');
  }
  const decipher = createDecipheriv('aes-256-gcm', keys.key, form.iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad).setAuthTag(form.tag);
  try {
    return { ok: true, clear: Buffer.concat([decipher.update(form.body), decipher.final()]) };
  } catch {
    return unopened('seal-broken', 'the sealed bytes were changed, or stand at another place');
  }
}

function unopened(code: UnsealCode, reason: string): Unopened {
  return { ok: false, code, reason };
}

/** The key that encrypts, and the commitment that tells a wrong key before anything is decrypted. */
function keysOf(
  subjectKey: Uint8Array,
  source: string,
): { readonly key: KeyObject; readonly commitment: Buffer } | undefined {
  const salt = uuidBytes(source);
  if (salt === undefined || subjectKey.length !== SUBJECT_KEY_BYTES) return undefined;
  // Key objects, as the engine takes bare bytes for keys several times slower.
  const owner = createSecretKey(subjectKey);
  const okm = Buffer.from(hkdfSync('sha256', owner, salt, LABEL, KEY_BYTES + COMMITMENT_BYTES));
  return { key: createSecretKey(okm.subarray(0, KEY_BYTES)), commitment: okm.subarray(KEY_BYTES) };
}

/** What the seal is bound to beside the key. The parts are told apart by line feeds, so none may hold one. */
function boundText(subject: string, { source, pointer }: SealPlace): Buffer | undefined {
  if (subject === '' || subject.includes('\n') || pointer.includes('\n')) return undefined;
  return Buffer.from(`${LABEL}\n${subject}\n${source}\n${pointer}`);
}

interface SealForm {
  readonly iv: Buffer;
  readonly body: Buffer;
  readonly tag: Buffer;
  readonly commitment: Buffer;
}

function formOf({ alg, iv, ct, kc }: SealedValue): SealForm | undefined {
  const vector = exactly(iv, 'base64');
  const sealed = exactly(ct, 'base64');
  const commitment = exactly(kc, 'hex');
  if ((alg as string) !== SEAL_ALGORITHM || sealed === undefined || sealed.length < TAG_BYTES) return undefined;
  if (vector?.length !== SEAL_IV_BYTES || commitment?.length !== COMMITMENT_BYTES) return undefined;
  const tagAt = sealed.length - TAG_BYTES;
  return { iv: vector, body: sealed.subarray(0, tagAt), tag: sealed.subarray(tagAt), commitment };
}

/** Decodes text that is the one spelling of its bytes; undefined for any other. */
function exactly(text: string, encoding: 'base64' | 'hex'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}
