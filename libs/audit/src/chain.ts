import { hash } from 'node:crypto';
import { type Digest, isUuid, UUID_BYTES, uuidDigits } from '@ledger/units';

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
const EVENT_PREFIX = 0x02;
const REVISION_MAX = 2n ** 64n - 1n;
const HASH_BYTES = 32;
const REVISION_AT = 1;
const ID_AT = REVISION_AT + 8;
const TYPE_LENGTH_AT = ID_AT + UUID_BYTES;
const TYPE_AT = TYPE_LENGTH_AT + 2;

/** What the first event of a stream carries as `metadata.prev` (`audit.md`, section 2). */
export function genesis(stream: string): Digest {
  return hash('sha256', `${GENESIS_PREFIX}${stream}\n`, 'hex');
}

/**
 * The chain hash of an event, which the next event of its stream carries as `metadata.prev` (`audit.md`, section 2).
 * @throws RangeError for a revision, id or type for which the hashed form has no room (`chainFault`).
 */
export function chainHash(event: ChainedEvent): Digest {
  const fault = chainFault(event);
  if (fault !== undefined) throw new RangeError(fault);
  const typeBytes = Buffer.byteLength(event.type);
  const hashed = Buffer.allocUnsafe(TYPE_AT + typeBytes + 2 * HASH_BYTES);
  hashed[0] = EVENT_PREFIX;
  hashed.writeBigUInt64BE(event.revision, REVISION_AT);
  hashed.write(uuidDigits(event.id) ?? '', ID_AT, 'hex');
  hashed.writeUInt16BE(typeBytes, TYPE_LENGTH_AT);
  hashed.write(event.type, TYPE_AT);
  hashed.write(hash('sha256', event.data, 'hex'), TYPE_AT + typeBytes, 'hex');
  hashed.write(hash('sha256', event.metadata, 'hex'), TYPE_AT + typeBytes + HASH_BYTES, 'hex');
  return hash('sha256', hashed, 'hex');
}

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
