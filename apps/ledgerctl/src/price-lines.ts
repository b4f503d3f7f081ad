import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

import { priceAnyLine, priceContractBytes } from '@ledger/tariff';
import type { LineBytes } from '@ledger/tariff';

/** Longest line that is read, in bytes; a longer one is answered with an error and skipped. */
export const PRICE_LINE_READ_MAX = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * Answers each line of the pricing contract with one line, in order, as the input comes: nothing is kept but the line that
 * is not complete yet. A bad line gets an error and the next one follows. Blank lines are passed over.
 */
export async function priceLines(input: Readable, output: Writable, lineBytesMax = PRICE_LINE_READ_MAX): Promise<void> {
  const pricer = new LinePricer(lineBytesMax);
  const write = async (text: string): Promise<void> => {
    if (text !== '' && !output.write(text)) await once(output, 'drain');
  };
  for await (const chunk of input) await write(pricer.answersTo(chunk as Buffer));
  await write(pricer.rest());
}

/** Finds the lines in a stream of bytes and answers them. */
class LinePricer {
  private pending: Buffer[] = [];
  private size = 0;

  constructor(private readonly lineBytesMax: number) {}

  /** The answers to the lines that end in this chunk. */
  answersTo(chunk: Buffer): string {
    const first = chunk.indexOf(LINE_FEED);
    this.keep(first < 0 ? chunk : chunk.subarray(0, first));
    if (first < 0) return '';
    let answers = this.rest();
    const lines = { bytes: chunk, text: chunk.toString('latin1') };
    let from = first + 1;
    for (let to = chunk.indexOf(LINE_FEED, from); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      answers += answerTo(lines, from, to);
      from = to + 1;
    }
    this.keep(chunk.subarray(from));
    return answers;
  }

  /** The answer to what stands without a line feed. */
  rest(): string {
    const { size, pending, lineBytesMax } = this;
    this.size = 0;
    this.pending = [];
    if (size > lineBytesMax) return `{"id":null,"error":"the line is longer than ${lineBytesMax} bytes"}\n`;
    const bytes = Buffer.concat([...pending, END]);
    return answerTo({ bytes, text: bytes.toString('latin1') }, 0, size);
  }

  private keep(part: Buffer): void {
    this.size += part.length;
    if (this.size <= this.lineBytesMax) this.pending.push(part);
    else this.pending = [];
  }
}

const END = Buffer.of(LINE_FEED);

/** The answer to the line between two places, if it is not blank. */
function answerTo(lines: LineBytes, from: number, to: number): string {
  const answer = priceContractBytes(lines, from);
  if (answer !== undefined) return `${answer}\n`;
  const text = textOfLine(lines.bytes.subarray(from, to));
  return text.trim() === '' ? '' : `${priceAnyLine(text)}\n`;
}

/** The text of a line. One that is not UTF-8 begins with a character that no JSON has, so that its reader refuses it. */
function textOfLine(line: Uint8Array): string {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.length);
  return isUtf8(bytes) ? bytes.toString('utf8') : `\u0000${bytes.toString('latin1')}`;
}
