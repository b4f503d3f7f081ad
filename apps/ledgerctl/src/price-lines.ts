import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

import { priceContractLine } from '@ledger/tariff';

/** Longest line that is read, in bytes; a longer one is answered with an error and skipped. */
export const PRICE_LINE_READ_MAX = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * Answers each line of the pricing contract with one line, in order, as the input comes: nothing is kept but the line that
 * is not complete yet. A bad line gets an error and the next one follows. Blank lines are passed over.
 */
export async function priceLines(input: Readable, output: Writable, lineBytesMax = PRICE_LINE_READ_MAX): Promise<void> {
  const lines = new LineCutter(lineBytesMax);
  const write = async (text: string): Promise<void> => {
    if (text !== '' && !output.write(text)) await once(output, 'drain');
  };
  for await (const chunk of input) await write(answersTo(lines.take(chunk as Buffer), lineBytesMax));
  await write(answersTo(lines.rest(), lineBytesMax));
}

/** Whole lines, or `undefined` for one that was too long to keep. */
type Lines = readonly (string | undefined)[];

function answersTo(lines: Lines, lineBytesMax: number): string {
  let answers = '';
  for (const line of lines) {
    if (line === undefined) answers += `{"id":null,"error":"the line is longer than ${lineBytesMax} bytes"}\n`;
    else if (line.trim() !== '') answers += `${priceContractLine(line)}\n`;
  }
  return answers;
}

/** Cuts a stream of bytes into lines. Bytes that are not UTF-8 stay visible as such: the reader of the line refuses them. */
class LineCutter {
  private pending: Buffer[] = [];
  private size = 0;

  constructor(private readonly lineBytesMax: number) {}

  take(chunk: Buffer): Lines {
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end < 0) {
      this.keep(chunk);
      return [];
    }
    const first = chunk.indexOf(LINE_FEED);
    this.keep(chunk.subarray(0, first));
    const head = this.rest();
    const whole = first === end ? [] : textOf(chunk.subarray(first + 1, end)).split('\n');
    this.keep(chunk.subarray(end + 1));
    return [...head, ...whole];
  }

  /** What stands without a line feed. */
  rest(): Lines {
    const { size, pending } = this;
    this.size = 0;
    this.pending = [];
    if (size === 0) return [];
    return [size > this.lineBytesMax ? undefined : textOf(Buffer.concat(pending))];
  }

  private keep(part: Buffer): void {
    this.size += part.length;
    if (this.size <= this.lineBytesMax) this.pending.push(part);
    else this.pending = [];
  }
}

/** The text of the bytes. A line that is not UTF-8 begins with a character that no JSON has, so that its reader refuses it. */
function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const lines = bytes.toString('latin1').split('\n');
  return lines.map(textOfLine).join('\n');
}

function textOfLine(line: string): string {
  const bytes = Buffer.from(line, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : `\u0000${line}`;
}
