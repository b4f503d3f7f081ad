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

const FORM = /^[0-9a-f]{64}$/;

/** Tells whether the text is a digest: 64 lower-case hex digits. */
export function isDigest(text: string): boolean {
  return FORM.test(text);
}
