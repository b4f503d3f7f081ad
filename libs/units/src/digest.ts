import { createHash, hash } from 'node:crypto';

/** Lower-case hex of a SHA-256, 64 digits. */
export type Digest = string;

/** SHA-256 of UTF-8 text or bytes, as 64 lower-case hex digits. */
export function sha256Hex(content: string | Uint8Array): Digest {
  return hash('sha256', content, 'hex');
}

/** A running SHA-256 for content that does not fit into memory. */
export function sha256Stream(): { update(text: string | Uint8Array): void; hex(): Digest } {
  const running = createHash('sha256');
  return { update: (text) => void running.update(text), hex: () => running.digest('hex') };
}

/** The namespace of every name-based id of this ledger (a fixed random UUID). */
const NAMESPACE = Buffer.from('6f2a0d3c8a5b4a57b8d2b2b1a6f0c9e4', 'hex');

/** A name-based UUID, version 5 (RFC 9562, section 5.5), in the ledger's own namespace: same name, same id, anywhere. */
export function uuidV5(name: string): string {
  const bytes = Buffer.from(createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
