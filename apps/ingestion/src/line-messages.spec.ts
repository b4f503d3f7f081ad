import fc from 'fast-check';

import { lineMessages } from './line-messages';

const LIMITS = { lines: 3, lineBytes: 20 };

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncIterable<Uint8Array> {
  let from = 0;
  for (let turn = 0; from < bytes.length; turn += 1) {
    const size = sizes[turn % Math.max(1, sizes.length)] ?? bytes.length;
    yield await Promise.resolve(bytes.subarray(from, from + size));
    from += size;
  }
}

interface Line {
  readonly text: string;
  readonly fullBytes?: number;
}

async function linesOf(text: string, sizes: readonly number[] = []): Promise<readonly (readonly Line[])[]> {
  const groups: Line[][] = [];
  for await (const group of lineMessages(chunks(Buffer.from(text), sizes), LIMITS)) {
    groups.push(
      group.map((message) => {
        const { text: bytes, fullBytes } = message;
        const line = Buffer.from(bytes).toString('utf8');
        return fullBytes === undefined ? { text: line } : { text: line, fullBytes };
      }),
    );
  }
  return groups;
}

describe('lineMessages', () => {
  it('hands lines over in groups, without empty lines and carriage returns', async () => {
    expect(await linesOf('a\r\n\n  \nb\nc\nd')).toEqual([
      [{ text: 'a' }, { text: 'b' }, { text: 'c' }],
      [{ text: 'd' }],
    ]);
  });

  it('keeps the beginning of a line that is too long, tells its size, and goes on behind it', async () => {
    const long = 'x'.repeat(1_000);
    expect(await linesOf(`a\n${long}\nb`, [7])).toEqual([
      [{ text: 'a' }, { text: 'x'.repeat(20), fullBytes: 1_000 }, { text: 'b' }],
    ]);
  });

  it('gives the same lines however the bytes are cut', async () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 5 })
      .filter((text) => !/[\n\r]/.test(text) && text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (lines, sizes) => {
          const found = (await linesOf(lines.join('\n'), sizes)).flat().map(({ text }) => text);
          const short = lines.filter((text) => Buffer.byteLength(text) <= LIMITS.lineBytes);
          expect(found.filter((text) => short.includes(text))).toEqual(short);
        },
      ),
      { numRuns: 200 },
    );
  });
});
