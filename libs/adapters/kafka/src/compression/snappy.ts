import { copyMatch } from './copy-match';
import { MalformedCompression, UNPACKED_BYTES_MAX } from './malformed';

/** What the Java clients put in front: a framing of their own, magic, two versions, then blocks with their lengths. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/**
 * Unpacks Snappy as Kafka's clients write it: one raw block, or blocks in the framing of the Java clients.
 * @throws MalformedCompression
 */
export function unpackSnappy(packed: Buffer): Buffer {
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return unpackBlock(packed, UNPACKED_BYTES_MAX);
  if (packed.length < XERIAL_HEADER_BYTES)
    throw new MalformedCompression('snappy', 'the header of the framing is cut off');
  const blocks: Buffer[] = [];
  let room = UNPACKED_BYTES_MAX;
  let at = XERIAL_HEADER_BYTES;
  while (at < packed.length) {
    if (at + 4 > packed.length) throw new MalformedCompression('snappy', 'the length of a block is cut off');
    const length = packed.readUInt32BE(at);
    const end = at + 4 + length;
    if (end > packed.length) throw new MalformedCompression('snappy', 'a block is cut off');
    const block = unpackBlock(packed.subarray(at + 4, end), room);
    room -= block.length;
    blocks.push(block);
    at = end;
  }
  return Buffer.concat(blocks);
}

function unpackBlock(block: Buffer, room: number): Buffer {
  const { length, next } = unpackedLength(block);
  if (length > room) throw new MalformedCompression('snappy', `unpacks to more than ${UNPACKED_BYTES_MAX} bytes`);
  const target = Buffer.alloc(length);
  let from = next;
  let to = 0;
  while (from < block.length) {
    const element = elementAt(block, from);
    if (element.length > length - to) throw new MalformedCompression('snappy', 'an element is longer than announced');
    if (element.kind === 'literal') {
      block.copy(target, to, element.start, element.start + element.length);
    } else {
      if (element.distance === 0 || element.distance > to) {
        throw new MalformedCompression('snappy', 'a copy reaches in front of the beginning');
      }
      copyMatch(target, to, element.distance, element.length);
    }
    from = element.next;
    to += element.length;
  }
  if (to !== length) throw new MalformedCompression('snappy', 'the block ends too early');
  return target;
}

function unpackedLength(block: Buffer): { readonly length: number; readonly next: number } {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = byteAt(block, index);
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { length, next: index + 1 };
  }
  throw new MalformedCompression('snappy', 'the announced length is malformed');
}

type Element =
  | { readonly kind: 'literal'; readonly start: number; readonly length: number; readonly next: number }
  | { readonly kind: 'copy'; readonly distance: number; readonly length: number; readonly next: number };

function elementAt(block: Buffer, at: number): Element {
  const tag = byteAt(block, at);
  const upper = tag >> 2;
  switch (tag & 3) {
    case 0:
      return literalAt(block, at + 1, upper);
    case 1:
      return {
        kind: 'copy',
        length: (upper & 7) + 4,
        distance: ((tag >> 5) << 8) | byteAt(block, at + 1),
        next: at + 2,
      };
    case 2:
      return { kind: 'copy', length: upper + 1, distance: littleEndian(block, at + 1, 2), next: at + 3 };
    default:
      return { kind: 'copy', length: upper + 1, distance: littleEndian(block, at + 1, 4), next: at + 5 };
  }
}

function literalAt(block: Buffer, at: number, upper: number): Element {
  const lengthBytes = upper < 60 ? 0 : upper - 59;
  const length = lengthBytes === 0 ? upper + 1 : littleEndian(block, at, lengthBytes) + 1;
  const start = at + lengthBytes;
  if (start + length > block.length) throw new MalformedCompression('snappy', 'a literal is cut off');
  return { kind: 'literal', start, length, next: start + length };
}

function littleEndian(block: Buffer, at: number, bytes: number): number {
  if (at + bytes > block.length) throw new MalformedCompression('snappy', 'an element is cut off');
  return block.readUIntLE(at, bytes);
}

function byteAt(block: Buffer, at: number): number {
  const byte = block[at];
  if (byte === undefined) throw new MalformedCompression('snappy', 'an element is cut off');
  return byte;
}
