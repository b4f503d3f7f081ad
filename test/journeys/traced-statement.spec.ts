import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { meterEvent } from '../support/events';
import { leaks } from '../support/invariants';
import { StandaloneProcess } from '../support/standalone-process';

jest.setTimeout(180_000);

const CANARY = 'CANARY-4711-0815';
const [OF_REQUEST, OF_EVENT] = ['4bf92f3577b34da6a3ce929d0e0e4736', '0af7651916cd43dd8448eb211c80319c'];
const PARENT = '00f067aa0ba902b7';
const AT = ['2026-05-01T07:00:00.000Z', '2026-05-01T08:00:00.000Z'] as const;

const STARTED = meterEvent({
  ...{ kind: 'started', at: AT[0], registerWh: '1000', id: 'm-1' },
  data: { seqNo: 0, token: { type: 'RFID', id: CANARY } },
});
const ENDED = {
  ...meterEvent({ kind: 'ended', at: AT[1], registerWh: '9000', id: 'm-2', data: { seqNo: 1 } }),
  traceparent: `00-${OF_EVENT}-${PARENT}-01`,
};
const MISREAD = JSON.stringify({ ...STARTED, id: 'm-3', type: 'ledger.meter.unheard.v1' });

interface Line {
  readonly msg: string;
  readonly trace?: string;
  readonly correlation?: string;
  readonly stream?: string;
  readonly session?: string;
}

describe('a statement followed through the logs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-trace-'));
  let ledger: StandaloneProcess;
  let answers: readonly Response[];

  const linesOf = (msg: string): readonly Line[] =>
    ledger.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line.msg === msg);

  beforeAll(async () => {
    ledger = await StandaloneProcess.start(folder, { LEDGER_LOG: 'trace' });
    const lines = [JSON.stringify(STARTED), JSON.stringify(ENDED), MISREAD, `no JSON with ${CANARY}`];
    const post = (headers: Readonly<Record<string, string>>, body: string): Promise<Response> =>
      fetch(new URL('/v1/meter-events', ledger.url), {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', ...headers },
        body,
      });
    answers = [
      await post(
        { traceparent: `00-${OF_REQUEST}-${PARENT}-01`, 'x-request-id': 'not-this-one' },
        `${lines.join('\n')}\n`,
      ),
      await post(
        { 'x-request-id': 'request-0001' },
        `${JSON.stringify({ ...ENDED, id: 'm-4', traceparent: 'none' })}\n`,
      ),
      await post({}, `${lines[0]}\n`),
    ];
    await ledger.settle();
    await ledger.stop();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is found by the trace of its request, or by its own, from intake to verdict', () => {
    const answered = linesOf('answered');
    const traceOf = (message: string): string | undefined =>
      answered.find(({ correlation }) => correlation === `gw-1/${message}`)?.trace;
    expect(linesOf('took messages')[0]?.trace).toBe(OF_REQUEST);
    expect([traceOf('m-1'), traceOf('m-2'), traceOf('m-4')]).toEqual([OF_REQUEST, OF_EVENT, 'request-0001']);
  });

  it('is found by its message from the verdict to the tables', () => {
    const answered = linesOf('answered').find(({ correlation }) => correlation === 'gw-1/m-1');
    const projected = linesOf('projected').filter(({ correlation }) => correlation === 'gw-1/m-1');
    expect(projected.length).toBeGreaterThan(0);
    expect(new Set(projected.map(({ stream }) => stream))).toEqual(new Set([`session-${answered?.session ?? ''}`]));
  });

  it('tells the caller the trace, and makes one where none came', () => {
    const told = answers.map((answer) => answer.headers.get('x-request-id'));
    expect(told).toEqual([OF_REQUEST, 'request-0001', expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(linesOf('took messages').map(({ trace }) => trace)).toEqual(told);
  });

  it('leaves its token in no log, at any level, and in no file', () => {
    expect(ledger.log.length).toBeGreaterThan(1_000);
    expect(leaks(CANARY, folder, { standalone: ledger.log })).toEqual([]);
  });
});
