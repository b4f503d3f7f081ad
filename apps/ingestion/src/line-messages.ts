import type { Message } from '@ledger/usecases';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** How a stream of lines is cut. */
export interface LineLimits {
  /** Lines handed over together. */
  readonly lines: number;
  /** Longest line in bytes; of a longer one the beginning is kept and its full size told. */
  readonly lineBytes: number;
}

/**
 * Cuts a stream of bytes into messages, one a line, empty lines left out, and hands them over in groups. Holds at most one
 * group and one line in memory, however long the stream or a line is.
 */
export async function* lineMessages(
  stream: AsyncIterable<Uint8Array>,
  limits: LineLimits,
): AsyncIterable<readonly Message[]> {
  let group: Message[] = [];
  const line = new GrowingLine(limits.lineBytes);
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      const message = line.finish(chunk.subarray(from, at));
      from = at + 1;
      if (message === undefined) continue;
      group.push(message);
      if (group.length < limits.lines) continue;
      yield group;
      group = [];
    }
    line.grow(chunk.subarray(from));
  }
  const last = line.finish(new Uint8Array());
  if (last !== undefined) group.push(last);
  if (group.length > 0) yield group;
}

/** A line that comes in pieces. */
class GrowingLine {
  private pieces: Uint8Array[] = [];
  private kept = 0;
  private full = 0;

  constructor(private readonly bytesMax: number) {}

  grow(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.full += piece.length;
    const room = this.bytesMax + 1 - this.kept;
    if (room <= 0) return;
    // Copied: the chunk's memory must not live on because of a piece of it.
    const part = piece.length <= room ? piece.slice() : piece.slice(0, room);
    this.pieces.push(part);
    this.kept += part.length;
  }

  finish(piece: Uint8Array): Message | undefined {
    const isWhole = this.pieces.length === 0 && piece.length <= this.bytesMax;
    if (isWhole) return messageOf(piece);
    this.grow(piece);
    const text = this.pieces.length === 1 ? (this.pieces[0] ?? piece) : Buffer.concat(this.pieces);
    const { full } = this;
    this.pieces = [];
    this.kept = 0;
    this.full = 0;
    return full > this.bytesMax ? { text: text.subarray(0, this.bytesMax), fullBytes: full } : messageOf(text);
  }
}

function messageOf(bytes: Uint8Array): Message | undefined {
  const last = bytes.length - 1;
  const text = bytes[last] === CARRIAGE_RETURN ? bytes.subarray(0, last) : bytes;
  return isBlank(text) ? undefined : { text };
}

function isBlank(text: Uint8Array): boolean {
  return text.every((byte) => byte === SPACE || byte === TAB);
}
