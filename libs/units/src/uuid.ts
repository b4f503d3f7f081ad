import { hash } from 'node:crypto';

/** The namespace of every name-based id of this ledger (a fixed random UUID). */
export const LEDGER_NAMESPACE = '6f2a0d3c-8a5b-4a57-b8d2-b2b1a6f0c9e4';

const UUID_LENGTH = 36;
const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HEX = '0123456789abcdef';
/** The digits whose upper two bits are 10; the lower two stay as hashed. */
const VARIANT_DIGITS = '89ab';

/**
 * A name-based UUID, version 5 (RFC 9562, section 5.5): same name, same id, anywhere. The namespace is the ledger's own
 * unless another is given. @throws RangeError if the namespace is no UUID.
 */
export function uuidV5(name: string, namespace: string = LEDGER_NAMESPACE): string {
  const space = namespace === LEDGER_NAMESPACE ? LEDGER_NAMESPACE_BYTES : uuidBytes(namespace);
  if (space === undefined) throw new RangeError(`the namespace ${namespace} is no UUID`);
  const digits = hash('sha1', named(space, name), 'hex');
  const variant = VARIANT_DIGITS.charAt(HEX.indexOf(digits.charAt(16)) % VARIANT_DIGITS.length);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/** The bytes of a namespace and of a name behind it; those of the last call are gone with the next one. */
function named(space: Buffer, name: string): Uint8Array {
  if (name.length > SCRATCH_NAME_MAX) return Buffer.concat([space, Buffer.from(name)]);
  space.copy(scratch);
  return scratch.subarray(0, NAMESPACE_BYTES + scratch.write(name, NAMESPACE_BYTES));
}

const NAMESPACE_BYTES = 16;
/** Names up to this length are put together in one place that is used again and again. */
const SCRATCH_NAME_MAX = 16_384;
/** Most bytes that a UTF-16 unit takes in UTF-8. */
const UTF8_BYTES_OF_UNIT_MAX = 3;
const scratch = Buffer.alloc(NAMESPACE_BYTES + SCRATCH_NAME_MAX * UTF8_BYTES_OF_UNIT_MAX);

/** Tells whether the text is a UUID in lower case, the only form in which the ledger writes and hashes one. */
export function isUuid(text: string): boolean {
  return text.length === UUID_LENGTH && FORM.test(text);
}

/** The 32 hex digits of a UUID in lower case; undefined for any other text. */
export function uuidDigits(text: string): string | undefined {
  if (!isUuid(text)) return undefined;
  return text.slice(0, 8) + text.slice(9, 13) + text.slice(14, 18) + text.slice(19, 23) + text.slice(24);
}

/** The 16 bytes of a UUID in lower case; undefined for any other text. */
export function uuidBytes(text: string): Buffer | undefined {
  const digits = uuidDigits(text);
  return digits === undefined ? undefined : Buffer.from(digits, 'hex');
}

const LEDGER_NAMESPACE_BYTES = uuidBytes(LEDGER_NAMESPACE);
