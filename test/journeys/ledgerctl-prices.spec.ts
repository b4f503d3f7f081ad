import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { priceContractLine } from '@ledger/tariff';

import { ASSIGNMENT, LOCATION, TARIFF } from '../support/book';
import { ledgerctl, refusal } from '../support/command';
import type { Ended } from '../support/command';
import { sessionEvents } from '../support/events';
import { testJson } from '../support/fleet';
import { ServedLedger } from '../support/served-ledger';

const ZONE = 'Europe/Amsterdam';
/** One hour in which 10 kWh flowed, and half an hour of parking: 3 and 1 under the test tariff, without VAT. */
const SESSION = {
  start_date_time: '2026-06-01T14:00:00Z',
  end_date_time: '2026-06-01T15:30:00Z',
  meter_readings: [
    { timestamp: '2026-06-01T14:00:00Z', energy_kwh: '100', charging: true },
    { timestamp: '2026-06-01T15:00:00Z', energy_kwh: '110', charging: false },
    { timestamp: '2026-06-01T15:30:00Z', energy_kwh: '110', charging: false },
  ],
};
const ODD = {
  ...TARIFF,
  elements: [
    { price_components: [{ type: 'ENERGY', price: 1, step_size: 1 }], restrictions: { min_kwh: 5, max_kwh: 5 } },
  ],
};

jest.setTimeout(300_000);

const work = mkdtempSync(join(tmpdir(), 'ledgerctl-prices-'));
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function written(name: string, text: string): string {
  const path = join(work, name);
  writeFileSync(path, text);
  return path;
}

const tariff = written('tariff.json', testJson(TARIFF));
const session = written('session.json', testJson(SESSION));
const broken = written('broken.json', '{\n  "id": "x",\n  "currency": EUR }');
const nowhere = join(work, 'nowhere.json');

describe('ledgerctl price', () => {
  const one = (...more: readonly string[]): readonly string[] => [
    ...['price', '--tariff', tariff, '--session', session, '--timezone', ZONE],
    ...more,
  ];

  it('prices one session as the contract does, as one JSON document', async () => {
    const { code, out, err } = await ledgerctl(one('--json'));
    const line = testJson({ id: 'session.json', tariff: TARIFF, timezone: ZONE, session: SESSION });
    expect({ code, out, err }).toEqual({ code: 0, out: `${priceContractLine(line)}\n`, err: '' });
    expect(JSON.parse(out)).toMatchObject({ total_cost: { excl_vat: 4, incl_vat: 4.76 } });
  });

  it('prints the same amounts as a page for a person, below the lines and their reasons', async () => {
    const { code, out } = await ledgerctl(one());
    expect(code).toBe(0);
    const [lines = '', amounts = ''] = out.split('\n\n');
    expect(lines).toMatch(
      /^ {2}FLAT .* × 1 .* 1\.19\S* EUR\n {6}\S.*\n {2}ENERGY .*10 kWh × 0\.3 .* 3\.57\S* EUR\n {6}\S/,
    );
    expect(amounts.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['without taxes', 'with taxes'],
      ['fixed', '1', '1.19'],
      ['energy', '3', '3.57'],
      ['total', '4', '4.76'],
      [''],
    ]);
  });

  it('reads standard input for -, and takes of a list the tariff that is valid at the start', async () => {
    const later = { ...TARIFF, id: 'later', start_date_time: '2027-01-01T00:00:00Z' };
    const input = testJson([later, TARIFF]);
    const args = ['price', '--tariff', '-', '--session', session, '--timezone', ZONE, '--json'];
    const { code, out } = await ledgerctl(args, { input });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ total_cost: { excl_vat: 4 } });
    expect(await refusal(args, { input: testJson([later]) })).toContain('no tariff of the list is valid');
  });

  it.each([
    ['nothing to price', ['price'], '--tariff, --session and --timezone are required'],
    ['no zone', ['price', '--tariff', tariff, '--session', session], '--timezone'],
    ['an unknown option', one('--currency', 'EUR'), "unknown option '--currency'"],
    ['an unknown version', one('--ocpi-version', '2.1.1'), '2.2.1, 2.3.0'],
    ['lines and a single session at once', one('--jsonl'), "option '--jsonl' cannot be used with option"],
    ['a file that is not there', one('--session', nowhere), `${nowhere} cannot be read: ENOENT`],
    ['a folder', one('--tariff', work), `${work} cannot be read: EISDIR`],
    ['an empty file', one('--session', written('empty.json', '')), 'empty.json'],
    ['a zone that does not exist', one('--timezone', 'Europe/Atlantis'), 'there is no time zone Europe/Atlantis'],
  ])('ends with 2 for %s, and says so', async (_, args, reason) => {
    expect(await refusal(args)).toContain(reason);
  });

  it('names file, place and reason of bad JSON, and every finding about a tariff or a session', async () => {
    expect(await refusal(one('--tariff', broken))).toMatch(/broken\.json\/currency: .+, at character 29/);
    const wrong = written('wrong-tariff.json', testJson({ ...TARIFF, currency: 'Taler', elements: [] }));
    const reasons = await refusal(one('--tariff', wrong));
    for (const pointer of ['/currency', '/elements']) expect(reasons).toContain(pointer);
    const backwards = written('backwards.json', testJson({ ...SESSION, end_date_time: '2026-06-01T13:00:00Z' }));
    expect(await refusal(one('--session', backwards))).toContain('/session/end_date_time: the session ends before');
  });

  describe('--jsonl', () => {
    const line = (id: string): string =>
      testJson({ id, tariff: TARIFF, timezone: ZONE, session: SESSION }).replaceAll('\n', '');

    it('answers each line, the bad ones with their reason, and the last one without a line feed', async () => {
      const input = `${line('a')}\n{"id":"b"\n${line('c')}`;
      const { code, out } = await ledgerctl(['price', '--jsonl'], { input });
      expect(code).toBe(0);
      expect(out).toBe([line('a'), '{"id":"b"', line('c')].map((each) => `${priceContractLine(each)}\n`).join(''));
    });

    it('ends well when nothing comes at all', async () => {
      expect(await ledgerctl(['price', '--jsonl'])).toMatchObject({ code: 0, out: '', err: '' });
    });

    it('ends well and silently when its reader has seen enough', async () => {
      const input = `${line('a')}\n`.repeat(20_000);
      const { code, out, err } = await ledgerctl(['price', '--jsonl'], { input, readsFirstOnly: true });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out.startsWith(priceContractLine(line('a')))).toBe(true);
      expect(out.length).toBeLessThan(20_000 * priceContractLine(line('a')).length);
    });
  });
});

describe('ledgerctl tariffs lint', () => {
  const lint = (...args: readonly string[]): Promise<Ended> => ledgerctl(['tariffs', 'lint', ...args]);

  it('accepts an odd tariff, and names each oddity with its place', async () => {
    const odd = written('odd.json', testJson(ODD));
    const { code, out } = await lint(odd, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as { ok: boolean; findings: unknown[]; warnings: { pointer: string }[] };
    expect(report).toMatchObject({ ok: true, findings: [] });
    expect(report.warnings.map(({ pointer }) => pointer)).toContain('/elements/0/restrictions/max_kwh');
    const page = await lint(odd);
    expect(page.out).toMatch(/^warning \/elements\/0\/restrictions\/max_kwh [a-z-]+: .+\.$/m);
    expect(page.out).toMatch(new RegExp(`^0 errors, ${report.warnings.length} warnings$`, 'm'));
  });

  it('refuses a wrong one with every finding at once and ends with 1', async () => {
    const { code, out } = await lint(written('wrong.json', testJson({ ...TARIFF, currency: 'euro', elements: [] })));
    expect(code).toBe(1);
    expect(out).toMatch(/^error {3}\/currency /m);
    expect(out).toMatch(/^error {3}\/elements /m);
    expect(out).toMatch(/^2 errors, 0 warnings$/m);
  });

  it('looks at every tariff of a list, with its place in the list', async () => {
    const { code, out } = await lint(written('list.json', testJson([TARIFF, { ...TARIFF, currency: 'x' }])), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, findings: [{ pointer: '/1/currency' }] });
  });

  it('names the hours that a clock change skips or repeats where it is told the zone, and refuses a zone that is none', async () => {
    const night = {
      ...TARIFF,
      elements: [{ ...TARIFF.elements[0], restrictions: { start_time: '02:30', end_time: '02:45' } }],
    };
    const file = written('night.json', testJson(night));
    expect((await lint(file)).out).not.toContain('hour-');
    const page = (await lint(file, '--timezone', ZONE)).out;
    for (const code of ['hour-skipped', 'hour-repeated']) {
      expect(page).toContain(`warning /elements/0/restrictions/start_time ${code}: 02:30 `);
    }
    expect(await refusal(['tariffs', 'lint', file, '--timezone', 'Mars'])).toContain('there is no time zone Mars');
  });

  it('ends with 2 for what is no tariff file', async () => {
    expect(await refusal(['tariffs', 'lint'])).toContain("missing required argument 'file'");
    expect(await refusal(['tariffs', 'lint', nowhere])).toContain('cannot be read: ENOENT');
    expect(await refusal(['tariffs', 'lint', broken])).toMatch(/broken\.json\/currency: .+, at character 29/);
  });
});

describe('ledgerctl tariffs preview', () => {
  let ledger: ServedLedger;
  beforeAll(async () => {
    ledger = await ServedLedger.start();
    const headers = { 'content-type': 'application/json' };
    for (const [path, object] of [
      [`/v1/locations/${LOCATION.id}`, LOCATION],
      [`/v1/tariffs/${TARIFF.id}`, TARIFF],
    ] as const) {
      const answer = await fetch(new URL(path, ledger.url), { method: 'PUT', headers, body: testJson(object) });
      if (!answer.ok) throw new Error(await answer.text());
    }
    await ledger.post('/v1/tariff-assignments', JSON.stringify(ASSIGNMENT), 'application/json');
    const registers = [
      ['2026-05-31T21:30:00Z', '1000'],
      ['2026-05-31T23:00:00Z', '11000'],
    ] as const;
    const events = sessionEvents({ registers });
    const body = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    await ledger.post('/v1/meter-events', body, 'application/x-ndjson');
    await ledger.settle();
  });
  afterAll(() => ledger.end());

  const proposed = written('proposed.json', testJson({ ...TARIFF, id: 'T-2', elements: ODD.elements }));
  const preview = (...args: readonly string[]): Promise<Ended> =>
    ledgerctl(['tariffs', 'preview', ...args], { env: { LEDGER_URL: ledger.url } });

  it('shows the difference for each session and in sum, as JSON and as a page', async () => {
    const { code, out } = await preview('--tariff', proposed, '--json');
    expect(code).toBe(0);
    const difference = '-4.76';
    expect(JSON.parse(out)).toMatchObject({
      tariff: { id: 'T-2' },
      by: 'session',
      items: [{ station: 'ST-1', month: '2026-05', now: { inclTax: '4.76' }, difference }],
      totals: [{ currency: 'EUR', sessions: 1, compared: 1, difference }],
    });
    const page = await preview('--tariff', proposed, '--by', 'month');
    expect(page.code).toBe(0);
    expect(page.out).toMatch(/^2026-05 +EUR +1 +1 +4\.76 +0 +-4\.76$/m);
    expect(page.out).toMatch(/^warning \/elements\S* /m);
  });

  it('says what is wrong with the question', async () => {
    expect(await refusal(['tariffs', 'preview'])).toContain("required option '--tariff <file>'");
    const by = ['tariffs', 'preview', '--tariff', proposed, '--by', 'year'];
    expect(await refusal(by)).toContain('session, station, month');
    const env = { LEDGER_URL: ledger.url };
    const from = ['tariffs', 'preview', '--tariff', proposed, '--from', 'yesterday'];
    expect(await refusal(from, { env })).toContain('/from');
    const wrong = written('refused.json', testJson({ ...TARIFF, currency: 'x' }));
    expect(await refusal(['tariffs', 'preview', '--tariff', wrong], { env })).toContain('/tariff/currency');
    expect(await refusal(['tariffs', 'preview', '--tariff', broken])).toMatch(
      /broken\.json\/currency: .+ character 29/,
    );
    expect(await refusal(['tariffs', 'preview', '--tariff', nowhere])).toContain('ENOENT');
  });

  it('ends with 3 where nobody listens', async () => {
    const args = ['tariffs', 'preview', '--tariff', proposed, '--url', 'http://127.0.0.1:9'];
    expect(await ledgerctl(args)).toMatchObject({ code: 3, out: '' });
  });
});
