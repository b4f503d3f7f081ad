import { Readable, Writable } from 'node:stream';

import { priceContractLine } from '@ledger/tariff';

import { priceLines } from './price-lines';

const request = (id: string, kwh: string): string =>
  JSON.stringify({
    id,
    ocpi_version: '2.2.1',
    tariff: { elements: [{ price_components: [{ type: 'ENERGY', price: '0.3', step_size: 1 }] }] },
    timezone: 'Europe/Zürich'.replace('ü', 'u'),
    session: {
      start_date_time: '2026-06-01T14:00:00Z',
      end_date_time: '2026-06-01T15:00:00Z',
      charging_periods: [{ start_date_time: '2026-06-01T14:00:00Z', dimensions: [{ type: 'ENERGY', volume: kwh }] }],
    },
  });

async function answers(chunks: readonly Buffer[], lineBytesMax?: number): Promise<readonly string[]> {
  let text = '';
  const output = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      setImmediate(done);
    },
  });
  await priceLines(Readable.from(chunks), output, lineBytesMax);
  return text.split('\n').slice(0, -1);
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

describe('a stream of lines to price', () => {
  const lines = [request('a', '1'), request('é…', '2.5'), 'no JSON', request('d', '0.1')];

  it.each([1, 7, 100, 1_000_000])('is answered line by line in order, however it is cut (%i bytes)', async (size) => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    expect(await answers(pieces(bytes, size))).toEqual(lines.map(priceContractLine));
  });

  it('answers the last line without a line feed, ends of Windows too, and nothing for blank lines', async () => {
    const bytes = Buffer.from(`\n${lines[0] ?? ''}\r\n  \n${lines[1] ?? ''}`);
    expect(await answers([bytes])).toEqual([lines[0], lines[1]].map((line) => priceContractLine(line ?? '')));
    expect(await answers([])).toEqual([]);
  });

  it('refuses a line that is not UTF-8 and goes on with the next', async () => {
    const bad = Buffer.concat([Buffer.from('{"id":"b\xff"}', 'latin1'), Buffer.from('\n')]);
    const all = Buffer.concat([Buffer.from(`${lines[0] ?? ''}\n`), bad, Buffer.from(`${lines[3] ?? ''}\n`)]);
    for (const size of [5, 10_000]) {
      const [first, second, third] = await answers(pieces(all, size));
      expect([first, third]).toEqual([lines[0], lines[3]].map((line) => priceContractLine(line ?? '')));
      expect(JSON.parse(second ?? '')).toHaveProperty('error');
    }
  });

  it('drops a line that is too long without keeping it, and goes on with the next', async () => {
    const bytes = Buffer.from(`{"id":"${'x'.repeat(5_000)}"}\n${lines[0] ?? ''}\n`);
    const [first, second] = await answers(pieces(bytes, 100), 2_000);
    expect(first).toBe('{"id":null,"error":"the line is longer than 2000 bytes"}');
    expect(second).toBe(priceContractLine(lines[0] ?? ''));
  });
});
