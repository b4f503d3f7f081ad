import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';

import { meterEvent } from '../support/events';
import { StandaloneProcess } from '../support/standalone-process';

/** How much is streamed in one request, in MB; 1024 takes many minutes. */
const STREAM_MB = Number(process.env['LONG_STREAM_MB'] ?? '24');
const STREAM_BYTES = STREAM_MB * 1024 * 1024;
const RESIDENT_MB_MAX = 512;
const LOOK_EVERY_MS = 100;
/** Lines of a piece of the body, and statements of a session. */
const PIECE_LINES = 200;
const SESSION_STATEMENTS = 50;
const START_MS = Date.parse('2020-01-01T00:00:00Z');

jest.setTimeout(3_600_000);

describe('a stream of lines of any length', () => {
  it('is taken in one request and folded while the memory of the whole ledger stays bounded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    const ledger = await StandaloneProcess.start(folder, { LEDGER_LOG: 'warn' });
    const watch = watchMemory(ledger.url);
    const began = performance.now();
    const sent = { bytes: 0, lines: 0 };
    const answer = await post(ledger.url, Readable.from(pieces(sent), { objectMode: false, highWaterMark: 65_536 }));
    const seconds = (performance.now() - began) / 1_000;
    expect(answer).toEqual({ accepted: sent.lines, quarantined: [], quarantinedTotal: 0 });
    expect(sent.bytes).toBeGreaterThanOrEqual(STREAM_BYTES);
    await ledger.settle();
    const whole = (performance.now() - began) / 1_000;
    const peak = await watch.end();
    const { items } = (await ledger.ask<{ items: readonly { readonly count: number }[] }>('/v1/receipts/totals')) ?? {
      items: [],
    };
    expect(items).toEqual([{ verdict: 'recorded', count: sent.lines }]);
    expect(await ledger.stop()).toBe('0');
    rmSync(folder, { recursive: true, force: true });
    process.stderr.write(
      `${STREAM_MB} MB, ${sent.lines} lines taken in ${seconds.toFixed(1)} s, at rest after ${whole.toFixed(1)} s, ` +
        `peak memory ${peak.toFixed(0)} MB\n`,
    );
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(RESIDENT_MB_MAX);
  });
});

/** Pieces of the body, made as they are asked for: sessions of many statements, on many stations. */
function* pieces(sent: { bytes: number; lines: number }): Iterable<Buffer> {
  while (sent.bytes < STREAM_BYTES) {
    const lines = Array.from({ length: PIECE_LINES }, (_, at) => line(sent.lines + at));
    const piece = Buffer.from(lines.join(''));
    sent.lines += PIECE_LINES;
    sent.bytes += piece.length;
    yield piece;
  }
}

function line(number: number): string {
  const session = Math.floor(number / SESSION_STATEMENTS);
  const seqNo = number % SESSION_STATEMENTS;
  const kind = seqNo === 0 ? 'started' : seqNo === SESSION_STATEMENTS - 1 ? 'ended' : 'updated';
  const station = `ST-${session % 100}`;
  const at = new Date(START_MS + Math.floor(session / 100) * 3_600_000 + seqNo * 60_000).toISOString();
  const event = meterEvent({
    ...{ station, transaction: `tx-${session}`, kind, at },
    registerWh: `${session * 10_000 + seqNo * 150}.125`,
    data: { seqNo, chargingState: 'charging' },
  });
  return `${JSON.stringify(event)}\n`;
}

async function post(url: string, body: Readable): Promise<unknown> {
  const answered = Promise.withResolvers<IncomingMessage>();
  const sending = request(new URL('/v1/meter-events', url), {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  });
  sending.once('response', answered.resolve).once('error', answered.reject);
  await pipeline(body, sending);
  return JSON.parse(await text(await answered.promise));
}

/** Looks at the resident memory of the ledger again and again, as it tells it itself; `end` tells the most that was seen, in MB. */
function watchMemory(url: string): { end(): Promise<number> } {
  let peak = 0;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const metrics = await (await fetch(new URL('/metrics', url))).text();
      const bytes = /^process_resident_memory_bytes (\d+)$/m.exec(metrics)?.[1];
      peak = Math.max(peak, Number(bytes ?? 0) / 1024 / 1024);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();
  return {
    end: async () => {
      over.abort();
      await watching;
      return peak;
    },
  };
}
