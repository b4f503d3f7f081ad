import { hash } from 'node:crypto';
import { type Digest, isUuid, uuidDigits } from '@ledger/units';

/** What the chain covers of an event. `data` and `metadata` are the texts whose UTF-8 bytes are stored. */
export interface ChainedEvent {
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** The end of a stream as its chain sees it: revision and `metadata.prev` that its next event must have. */
export interface ChainHead {
  readonly next: bigint;
  readonly prev: Digest;
}

/** Most bytes of an event type: its length is hashed as 16 bits. */
export const EVENT_TYPE_BYTES_MAX = 0xffff;

const GENESIS_PREFIX = 'evledger/chain/v1\n';
const EVENT_PREFIX = 2;
const REVISION_MAX = 2n ** 64n - 1n;
const TYPE_LENGTH_BYTES = 2;
const DIGEST_BYTES = 32;
/** Where revision, id and type lie in the hashed form; the digests of data and metadata follow the type. */
const REVISION_AT = 1;
const ID_AT = 9;
const TYPE_AT = 25;

/** What the first event of a stream carries as `metadata.prev` (`audit.md`, section 2). */
export function genesis(stream: string): Digest {
  return hash('sha256', `${GENESIS_PREFIX}${stream}\n`, 'hex');
}

/**
 * The chain hash of an event, which the next event of its stream carries as `metadata.prev` (`audit.md`, section 2).
 * @throws RangeError for a revision, id or type for which the hashed form has no room (`chainFault`).
 */
export function chainHash(event: ChainedEvent): Digest {
  const { revision, id, type, data, metadata } = event;
  const known = typesKnown.get(type);
  const digits = uuidDigits(id);
  if (known === undefined || digits === undefined || revision < 0n || revision > REVISION_MAX) {
    const fault = chainFault(event);
    if (fault !== undefined) throw new RangeError(fault);
  }
  const named = known ?? typeBytes(type);
  const digestsAt = TYPE_AT + named.length;
  const length = digestsAt + 2 * DIGEST_BYTES;
  const hashed = length <= scratch.length ? scratch : Buffer.alloc(length);
  hashed[0] = EVENT_PREFIX;
  hashed.writeBigUInt64BE(revision, REVISION_AT);
  hashed.write(digits ?? '', ID_AT, 'hex');
  hashed.set(named, TYPE_AT);
  hashed.write(hash('sha256', data, 'hex'), digestsAt, 'hex');
  hashed.write(hash('sha256', metadata, 'hex'), digestsAt + DIGEST_BYTES, 'hex');
  return hash('sha256', hashed.subarray(0, length), 'hex');
}

/** The length of a type in 16 bits and its bytes. There are few types; the bound keeps foreign ones from filling memory. */
function typeBytes(type: string): Buffer {
  const bytes = Buffer.alloc(TYPE_LENGTH_BYTES + Buffer.byteLength(type));
  bytes.writeUInt16BE(bytes.length - TYPE_LENGTH_BYTES);
  bytes.write(type, TYPE_LENGTH_BYTES);
  if (typesKnown.size < TYPES_KNOWN_MAX) typesKnown.set(type, bytes);
  return bytes;
}

const typesKnown = new Map<string, Buffer>();
const TYPES_KNOWN_MAX = 256;
/** Where the hashed form of an event is put together; a longer one gets bytes of its own. */
const scratch = Buffer.alloc(1_024);

/** Why an event cannot be hashed; undefined when it can. */
export function chainFault(event: Pick<ChainedEvent, 'revision' | 'id' | 'type'>): string | undefined {
  if (event.revision < 0n || event.revision > REVISION_MAX)
    return `the revision ${event.revision} is not within 64 bits`;
  if (!isUuid(event.id)) return `the event id ${event.id} is not a UUID in lower case`;
  if (!event.type.isWellFormed()) return 'the event type holds a lone surrogate';
  if (Buffer.byteLength(event.type) > EVENT_TYPE_BYTES_MAX) return 'the event type is longer than 65535 bytes';
  return undefined;
}

/** The head of a stream that has no events. */
export function headOf(stream: string): ChainHead {
  return { next: 0n, prev: genesis(stream) };
}

/** The head of a stream whose last event is this one. @throws RangeError as `chainHash` does */
export function headAfter(event: ChainedEvent): ChainHead {
  return { next: event.revision + 1n, prev: chainHash(event) };
}
