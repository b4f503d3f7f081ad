import { copyMatch } from './copy-match';
import { MalformedCompression, UNPACKED_BYTES_MAX } from './malformed';

const MAGIC = 0x184d2204;
const BLOCK_BYTES_MAX = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024];
const SHORTEST_MATCH = 4;
const UNCOMPRESSED = 0x80000000;

/**
 * Unpacks an LZ4 frame (LZ4 Frame Format 1.6), with blocks that stand alone or refer back. The checksums inside are skipped:
 * Kafka has one of its own over the whole record batch, which the broker proved when it took the batch.
 * @throws MalformedCompression
 */
export function unpackLz4(packed: Buffer): Buffer {
  const frame = frameHeader(packed);
  const estimate = frame.contentBytes ?? Math.max(packed.length * USUAL_RATIO, frame.blockBytesMax);
  let target: Buffer = Buffer.alloc(Math.min(UNPACKED_BYTES_MAX, estimate));
  let at = frame.next;
  let to = 0;
  for (let block = blockAt(packed, at); block.bytes.length > 0; block = blockAt(packed, at)) {
    target = withRoom(target, to, frame.blockBytesMax);
    const end = Math.min(target.length, to + frame.blockBytesMax);
    const window = { target, start: frame.isIndependent ? to : 0, at: to, end };
    to = block.isPacked ? unpackBlock(block.bytes, window) : copyBlock(block.bytes, window);
    at = block.next + (frame.hasBlockChecksum ? CHECKSUM_BYTES : 0);
  }
  if ((frame.contentBytes ?? to) !== to) throw malformed('the content is not as long as announced');
  return target.subarray(0, to);
}

/** How much smaller texts usually get; the buffer grows where they get smaller still. */
const USUAL_RATIO = 4;
const CHECKSUM_BYTES = 4;

/** The block behind its length; one of no length is the end mark. */
function blockAt(
  packed: Buffer,
  at: number,
): { readonly bytes: Buffer; readonly isPacked: boolean; readonly next: number } {
  if (at + 4 > packed.length) throw malformed('the end mark is missing');
  const size = packed.readUInt32LE(at);
  const next = at + 4 + (size % UNCOMPRESSED);
  if (next > packed.length) throw malformed('a block is cut off');
  return { bytes: packed.subarray(at + 4, next), isPacked: size < UNCOMPRESSED, next };
}

interface Frame {
  readonly isIndependent: boolean;
  readonly hasBlockChecksum: boolean;
  readonly contentBytes: number | undefined;
  readonly blockBytesMax: number;
  readonly next: number;
}

function frameHeader(packed: Buffer): Frame {
  if (packed.length < 7 || packed.readUInt32LE(0) !== MAGIC) throw malformed('this is no frame');
  const flags = packed.readUInt8(4);
  if (flags >> 6 !== 1) throw malformed('the version of the frame is unknown');
  if ((flags & 0x01) !== 0) throw malformed('a dictionary is needed');
  const blockBytesMax = BLOCK_BYTES_MAX[(packed.readUInt8(5) >> 4) & 7] ?? 0;
  if (blockBytesMax === 0) throw malformed('the block size is unknown');
  const isIndependent = (flags & 0x20) !== 0;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const common = { isIndependent, hasBlockChecksum, blockBytesMax };
  return (flags & 0x08) === 0 ? { ...common, contentBytes: undefined, next: 7 } : { ...common, ...contentSize(packed) };
}

function contentSize(packed: Buffer): { readonly contentBytes: number; readonly next: number } {
  if (packed.length < 15) throw malformed('the header is cut off');
  const contentBytes = packed.readUInt32LE(6) + packed.readUInt32LE(10) * 2 ** 32;
  return { contentBytes, next: 15 };
}

/** The target, grown where the next block might not fit, up to the limit. */
function withRoom(target: Buffer, used: number, wanted: number): Buffer {
  if (used + wanted <= target.length || target.length >= UNPACKED_BYTES_MAX) return target;
  const grown = Buffer.alloc(Math.min(UNPACKED_BYTES_MAX, Math.max(used + wanted, target.length * 2)));
  target.copy(grown, 0, 0, used);
  return grown;
}

/** Where a block is written: from `at`, never beyond `end`; matches may reach back to `start`. */
interface Window {
  readonly target: Buffer;
  readonly start: number;
  readonly at: number;
  readonly end: number;
}

function copyBlock(block: Buffer, window: Window): number {
  if (window.at + block.length > window.end) throw tooLarge();
  block.copy(window.target, window.at);
  return window.at + block.length;
}

/** Unpacks one block (LZ4 Block Format): pairs of literals and a match, the last pair without a match. */
function unpackBlock(block: Buffer, window: Window): number {
  let from = 0;
  let to = window.at;
  for (;;) {
    const token = byteAt(block, from);
    const literal = lengthAt(block, from + 1, token >> 4);
    if (literal.next + literal.length > block.length) throw malformed('literals are cut off');
    if (to + literal.length > window.end) throw tooLarge();
    block.copy(window.target, to, literal.next, literal.next + literal.length);
    from = literal.next + literal.length;
    to += literal.length;
    if (from === block.length) return to;
    if (from + 2 > block.length) throw malformed('a match is cut off');
    const distance = block.readUInt16LE(from);
    const match = lengthAt(block, from + 2, token & 15);
    const length = match.length + SHORTEST_MATCH;
    if (distance === 0 || to - distance < window.start) throw malformed('a match reaches in front of the beginning');
    if (to + length > window.end) throw tooLarge();
    copyMatch(window.target, to, distance, length);
    from = match.next;
    to += length;
  }
}

/** A length of four bits, continued in further bytes where the four bits are full. */
function lengthAt(block: Buffer, at: number, nibble: number): { readonly length: number; readonly next: number } {
  let length = nibble;
  let next = at;
  let byte = nibble === 15 ? 255 : 0;
  while (byte === 255) {
    byte = byteAt(block, next);
    length += byte;
    next += 1;
  }
  return { length, next };
}

function byteAt(block: Buffer, at: number): number {
  const byte = block[at];
  if (byte === undefined) throw malformed('a block is cut off');
  return byte;
}

function malformed(reason: string): MalformedCompression {
  return new MalformedCompression('lz4', reason);
}

function tooLarge(): MalformedCompression {
  return malformed(`a block is larger than announced, or all together more than ${UNPACKED_BYTES_MAX} bytes`);
}
