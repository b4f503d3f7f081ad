import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { ASSIGNMENT, LOCATION, TARIFF } from '../support/book';
import { ledgerctl } from '../support/command';
import type { Ended } from '../support/command';
import { sessions, testJson } from '../support/fleet';
import { StandaloneProcess } from '../support/standalone-process';

/** A port of this machine on which nobody listens. */
const NOBODY = 'http://127.0.0.1:9';
/** A folder that is not there, and must not be made. */
const NO_FOLDER = join(tmpdir(), 'ledgerctl-no-such-folder');
const SESSIONS = 5;
const EVENTS = sessions(SESSIONS);

jest.setTimeout(300_000);

describe('ledgerctl', () => {
  const work = mkdtempSync(join(tmpdir(), 'ledgerctl-'));
  const folder = join(work, 'ledger');
  let ledger: StandaloneProcess;

  beforeAll(async () => {
    ledger = await StandaloneProcess.start(folder);
  });
  afterAll(async () => {
    if (ledger.isAlive) await ledger.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const at = (...args: readonly string[]): Promise<Ended> => ledgerctl(args, { env: { LEDGER_URL: ledger.url } });

  /** The JSON document that a command printed, and nothing else, on standard output. */
  async function json(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const { code, out, err } = await at(...args, '--json');
    if (code !== 0) throw new Error(`ledgerctl ${args.join(' ')} ended with ${code ?? 'a signal'}: ${err}`);
    return JSON.parse(out) as Readonly<Record<string, unknown>>;
  }

  function written(name: string, text: string): string {
    const path = join(work, name);
    writeFileSync(path, text);
    return path;
  }

  const lines = (events: readonly unknown[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

  it.each([
    [['shave']],
    [['sessions', 'list', '--colour', 'red']],
    [['import']],
    [['import', 'x', '--batch', '0']],
    [['tariffs', 'assign', 'T-1']],
    [['import', 'no-such-file']],
    [['import', tmpdir()]],
    [['tariffs', 'put', 'no-such-file']],
    [['replay', '--as-of', 'yesterday']],
    [['sessions', 'list', '--url', 'nonsense']],
    [['verify', 'store', '--data-dir', NO_FOLDER]],
    [['replay', '--data-dir', NO_FOLDER]],
  ])('tells what is wrong with %j and ends with 2', async (args) => {
    const { code, out, err } = await ledgerctl(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/\w+ \w+/);
    expect(err).not.toMatch(/\n {4}at /);
    expect(existsSync(NO_FOLDER)).toBe(false);
  });

  it('ends with 3 where nobody listens, and names the place', async () => {
    for (const args of [
      ['sessions', 'list'],
      ['charges', 'show', 'x'],
      ['import', written('one.ndjson', lines(EVENTS))],
    ]) {
      const { code, out, err } = await ledgerctl([...args, '--url', NOBODY]);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toContain(`${NOBODY} cannot be reached`);
    }
  });

  it('publishes a book, says what is new and what is not, and where a file is wrong', async () => {
    const location = written('location.json', testJson(LOCATION));
    const tariff = written('tariff.json', testJson(TARIFF));
    expect(await json('locations', 'put', location)).toMatchObject({ id: 'LOC-1', isNew: true });
    expect(await json('locations', 'put', location)).toMatchObject({ id: 'LOC-1', isNew: false });
    expect(await json('tariffs', 'put', tariff)).toMatchObject({ id: 'T-1', isNew: true });
    const assign = ['tariffs', 'assign', 'T-1', '--from', ASSIGNMENT.from, '--location', 'LOC-1'];
    expect(await json(...assign)).toMatchObject({ isNew: true });
    expect((await at('tariffs', 'lint', tariff)).code).toBe(0);
    const wrong = written('wrong.json', testJson({ ...TARIFF, currency: 'Taler' }));
    const linted = await at('tariffs', 'lint', wrong, '--json');
    expect(linted.code).toBe(1);
    expect(JSON.parse(linted.out)).toMatchObject({ ok: false, findings: [{ pointer: '/currency' }] });
    const refused = await at('tariffs', 'put', wrong);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('/currency');
    const broken = await at('tariffs', 'put', written('broken.json', '{"id":"x",'));
    expect(broken.code).toBe(2);
    expect(broken.err).toMatch(/broken\.json.*character 10/);
  });

  it('imports lines from a file and from standard input, and ends with 1 when some were not understood', async () => {
    const file = written('first.ndjson', lines(EVENTS.slice(0, 8)));
    expect(await json('import', file)).toEqual({ lines: 8, accepted: 8, quarantined: 0, resumedFrom: 0 });
    const env = { LEDGER_URL: ledger.url };
    const piped = await ledgerctl(['import', '-', '--json'], { env, input: `${lines(EVENTS.slice(8))}{"odd":1}\n` });
    expect(piped.code).toBe(1);
    expect(JSON.parse(piped.out)).toEqual({
      lines: EVENTS.length - 7,
      accepted: EVENTS.length - 8,
      quarantined: 1,
      resumedFrom: 0,
    });
    await ledger.settle();
  });

  it('shows sessions, history, charges and receipts, as JSON and for a person', async () => {
    const { items } = (await json('sessions', 'list', '--station', 'ST-1')) as {
      items: readonly Readonly<Record<string, string>>[];
    };
    expect(items.map(({ status }) => status)).toEqual(['closed', 'closed']);
    const id = items[0]?.['id'] ?? '';
    expect(await json('sessions', 'show', id)).toMatchObject({ id, station: 'ST-1', charge: { state: 'final' } });
    const history = await at('sessions', 'history', id, '--json');
    const types = history.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(['SessionOpened', ...EVENTS.slice(0, 4).map(() => 'StatementRecorded'), 'SessionClosed']);
    expect(await json('charges', 'show', id)).toMatchObject({
      session: id,
      state: 'final',
      charge: { currency: 'EUR' },
    });
    const totals = (await json('charges', 'totals')) as { items: readonly Readonly<Record<string, unknown>>[] };
    expect(totals.items.reduce((sum, { count }) => sum + (count as number), 0)).toBe(SESSIONS);
    const [first] = EVENTS;
    expect(await json('receipts', 'show', 'gw-1', first?.id ?? '')).toMatchObject({ verdict: 'recorded' });
    expect((await at('charges', 'show', id)).out).toMatch(/total +\d+\.\d+ EUR/);
    expect((await at('sessions', 'list')).out).toContain(id);
    const unknown = await at('sessions', 'show', 'nothing');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('not-found');
  });

  it('goes on behind the last durable line when an import was killed half-way', async () => {
    const file = written('long.ndjson', lines(EVENTS));
    const stall = await stallingProxy(ledger.url, 2);
    const killed = await ledgerctl(['import', file, '--batch', '3', '--url', stall.url], {
      watch: (process) => void stall.reached.then(() => process.kill()),
    });
    stall.close();
    expect(killed.signal).toBe('SIGKILL');
    expect(JSON.parse(readFileSync(`${file}.import`, 'utf8'))).toMatchObject({ lines: 6 });
    expect(await json('import', file, '--batch', '3')).toEqual({
      ...{ lines: EVENTS.length - 6, accepted: EVENTS.length - 6 },
      ...{ quarantined: 0, resumedFrom: 6 },
    });
    expect(existsSync(`${file}.import`)).toBe(false);
    writeFileSync(`${file}.import`, '{"size":1,"lines":6}');
    const other = await at('import', file);
    expect(other.code).toBe(2);
    expect(other.err).toContain('--no-resume');
    writeFileSync(`${file}.import`, 'half a l');
    expect((await at('import', file)).code).toBe(2);
    expect(await json('import', file, '--no-resume')).toMatchObject({ lines: EVENTS.length, resumedFrom: 0 });
  });

  it('is told that the folder belongs to a running ledger', async () => {
    for (const args of [['verify', 'store'], ['replay']]) {
      const { code, err } = await ledgerctl([...args, '--data-dir', folder]);
      expect(code).toBe(3);
      expect(err).toContain(`in use by another process (pid ${ledger.pid})`);
    }
    const second = await StandaloneProcess.start(folder);
    expect(second.url).toBe('');
    expect(await second.ended).toBe('3');
    expect(second.log).toContain(`in use by another process (pid ${ledger.pid})`);
  });

  it('replays, compares and verifies the folder of a ledger that was stopped', async () => {
    expect(await ledger.stop()).toBe('0');
    const compared = await json('replay', '--compare', '--data-dir', folder, '--out', join(work, 'out'));
    expect(compared).toMatchObject({
      sessions: SESSIONS,
      differences: 0,
      live: { sessions: SESSIONS, digest: compared['digest'] },
    });
    expect(
      readFileSync(join(work, 'out', 'targets.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(SESSIONS);
    expect(await json('replay', '--data-dir', folder)).toEqual({ sessions: SESSIONS, digest: compared['digest'] });
    expect(await json('replay', '--as-of', '2020-01-01T00:00:00Z', '--data-dir', folder)).toMatchObject({
      sessions: 0,
    });
    expect(await json('verify', 'store', '--data-dir', folder)).toMatchObject({ findings: [] });
  });

  it('names the stream in which a byte was changed and ends with 1, and finds a changed row of the tables', async () => {
    const stream = changedByte(join(folder, 'events.db'));
    const { code, out } = await at('verify', 'store', '--data-dir', folder);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^${stream} at revision 2: prev-mismatch`, 'm'));
    const damaged = await at('verify', 'store', '--data-dir', folder, '--json');
    expect(JSON.parse(damaged.out)).toMatchObject({ findings: [{ stream, revision: '2' }] });
    const replayed = await at('replay', '--compare', '--data-dir', folder);
    expect(replayed.code).toBe(1);
    expect(replayed.err).toContain(stream.replace('session-', ''));
  });
});

/** Changes one digit of the register in the first statement of a session, and tells the stream. */
function changedByte(path: string): string {
  const database = new DatabaseSync(path);
  const row = database
    .prepare(
      `SELECT streams.name AS stream, events.stream AS number, CAST(events.data AS TEXT) AS data FROM events
       JOIN streams ON streams.id = events.stream WHERE streams.name LIKE 'session-%' AND revision = 1 ORDER BY position LIMIT 1`,
    )
    .get();
  if (row === undefined) throw new Error('there is no session');
  const data = String(row['data']).replace(/"value":"(\d)/, (_, digit: string) => `"value":"${(+digit + 1) % 10}`);
  expect(data).not.toBe(row['data']);
  database.prepare('UPDATE events SET data = ? WHERE stream = ? AND revision = 1').run(data, Number(row['number']));
  database.close();
  return String(row['stream']);
}

/** Passes requests on to the ledger; the one after so many gets no answer. */
async function stallingProxy(
  url: string,
  passes: number,
): Promise<{ readonly url: string; readonly reached: Promise<void>; close(): void }> {
  let left = passes;
  const reached = Promise.withResolvers<undefined>();
  const server = createServer((request, response) => {
    if (left === 0) {
      reached.resolve(undefined);
      return;
    }
    left -= 1;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      void fetch(new URL(request.url ?? '', url), { method: 'POST', headers, body: Buffer.concat(parts) }).then(
        async (answer) => response.writeHead(answer.status).end(await answer.text()),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: reached.promise,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
