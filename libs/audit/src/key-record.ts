import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Bytes of every key: pepper, subject key and key-encryption key. */
export const KEY_BYTES = 32;
/** Bytes of chance for each wrapping. */
export const WRAP_IV_BYTES = 12;
const TAG_BYTES = 16;

/** Wraps a key with a key-encryption key (AES-256-GCM), bound to the name it is kept under: vector, ciphertext and tag. */
export function wrapKey(encryptionKey: KeyObject, name: string, key: Uint8Array, iv: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', encryptionKey, iv).setAAD(Buffer.from(name));
  return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when it was wrapped with another key-encryption key, under another name, or was changed */
export function unwrapKey(encryptionKey: KeyObject, name: string, wrapped: Uint8Array): Uint8Array {
  const end = wrapped.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', encryptionKey, wrapped.subarray(0, WRAP_IV_BYTES));
  decipher.setAAD(Buffer.from(name)).setAuthTag(wrapped.subarray(end));
  return Buffer.concat([decipher.update(wrapped.subarray(WRAP_IV_BYTES, end)), decipher.final()]);
}

/** The name under which a tenant's pepper is wrapped. */
export function pepperName(tenant: string): string {
  return `pepper of ${tenant}`;
}

/**
 * What finds the subject of a token, keyed with the tenant's pepper, so that it gives no token away (`audit.md`, section 7). Upper and
 * lower case are the same, and blanks around do not count (OCPP 1.6, IdToken; OCPP 2.0.1, IdTokenType).
 */
export function tokenLookup(pepper: KeyObject, { type, id }: { readonly type: string; readonly id: string }): Buffer {
  return digest(pepper, `${type.replaceAll('\n', ' ')}\n${id.trim().toUpperCase()}`);
}

/** What finds the subject of a purpose of the ledger itself; no token has this form. */
export function serviceLookup(pepper: KeyObject, purpose: string): Buffer {
  return digest(pepper, `\nservice\n${purpose}`);
}

/** Tells texts apart without giving them away: 64 hex digits. */
export function keyedDigest(pepper: KeyObject, text: string): string {
  return digest(createSecretKey(digest(pepper, 'evledger/keyed-digest/v1')), text).toString('hex');
}

function digest(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
