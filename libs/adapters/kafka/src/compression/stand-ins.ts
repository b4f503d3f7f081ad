import { randomUUID } from 'node:crypto';
import type { MalformedCompression } from './malformed';

/**
 * Where a record batch that cannot be unpacked lies, read from the bytes in front of it: the client hands the packed records over
 * as a window on the answer of the broker, behind the header of their batch (KIP-98, message format 2).
 */
interface BatchHeader {
  readonly records: number;
  readonly lastOffsetDelta: number;
}

const HEADER_BYTES = 61;
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const LAST_OFFSET_DELTA_AT = 23;
const RECORDS_AT = 57;
/** Bytes of a batch that come after its length and before its records. */
const LENGTH_COVERS = HEADER_BYTES - LENGTH_AT - 4;
const MAGIC = 2;

/** Most records for which there are stand-ins; the client itself takes no more in one batch than its stack holds. */
const STAND_INS_MAX = 100_000;

/** Marks that no gateway can set, as they are made anew in each process. */
const SECRET = randomUUID();
/** The header of a record that takes the place of others which are gone with it. */
export const DROPPED_HEADER = `dropped-${SECRET}`;
/** The header of the record that holds the packed bytes of a batch, and why they cannot be unpacked. */
export const UNREADABLE_HEADER = `unreadable-${SECRET}`;

/**
 * Records in the place of those that cannot be unpacked, as many as the client will look for: the last one holds the packed bytes
 * and the reason, the others are marked to be passed over. So one batch harms neither its neighbours nor the consumer.
 * @throws the reason, where the header in front cannot be made out or announces too many records
 */
export function standInsFor(packed: Buffer, reason: MalformedCompression): Buffer {
  const header = headerBefore(packed);
  if (header === undefined || header.records > STAND_INS_MAX) throw reason;
  const last = header.records - 1;
  const dropped = Array.from({ length: last }, (_, at) => record(at, null, DROPPED_HEADER, ''));
  return Buffer.concat([...dropped, record(header.lastOffsetDelta, packed, UNREADABLE_HEADER, reason.message)]);
}

function headerBefore(packed: Buffer): BatchHeader | undefined {
  const start = packed.byteOffset - HEADER_BYTES;
  if (start < 0) return undefined;
  const header = Buffer.from(packed.buffer, start, HEADER_BYTES);
  const records = header.readInt32BE(RECORDS_AT);
  const isHeader =
    header.readInt8(MAGIC_AT) === MAGIC &&
    header.readInt32BE(LENGTH_AT) === LENGTH_COVERS + packed.length &&
    records > 0;
  return isHeader ? { records, lastOffsetDelta: header.readInt32BE(LAST_OFFSET_DELTA_AT) } : undefined;
}

/** A record of message format 2, with its length in front. */
function record(offsetDelta: number, value: Buffer | null, header: string, text: string): Buffer {
  const name = Buffer.from(header);
  const content = Buffer.from(text);
  const body = Buffer.concat([
    Buffer.from([0]), // attributes
    varint(0), // timestamp delta
    varint(offsetDelta),
    varint(NOTHING), // key
    value === null ? varint(NOTHING) : Buffer.concat([varint(value.length), value]),
    varint(1), // headers
    varint(name.length),
    name,
    varint(content.length),
    content,
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** The length of what is not there. */
const NOTHING = -1;

/** A 32-bit number in zigzag order, seven bits to a byte, the lowest first. */
function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = ((number << 1) ^ (number >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
