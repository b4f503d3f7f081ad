import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TARIFF } from '../support/book';
import { ledgerctl } from '../support/command';
import { testJson } from '../support/fleet';
import { ServedLedger } from '../support/served-ledger';

const FLEET = ['simulate', '--chargers', '4', '--sessions', '4', '--seed', '3'];

interface Verdicts {
  readonly sessions: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

jest.setTimeout(600_000);

describe('a simulated fleet on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-fleet-'));
  const inFolder = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is written, sent, judged, and told from a ledger that is silently wrong', async () => {
    const files = ['--out', inFolder('events.ndjson'), '--truth', inFolder('truth.ndjson')];
    const written = await ledgerctl([...FLEET, ...files, '--locations', inFolder('locations.json'), '--json']);
    expect(written).toMatchObject({ code: 0, err: '' });
    const counts = JSON.parse(written.out) as { readonly events: number; readonly sessions: number };
    expect(counts.events).toBe(linesOf(inFolder('events.ndjson')).length);
    expect(counts.sessions).toBe(linesOf(inFolder('truth.ndjson')).length);
    const again = await ledgerctl(FLEET);
    expect(again.out).toBe(readFileSync(inFolder('events.ndjson'), 'utf8'));

    const ledger = await ServedLedger.start();
    try {
      const at = ['--url', ledger.url];
      expect((await ledgerctl(['locations', 'put', inFolder('locations.json'), ...at])).code).toBe(0);
      await ledgerctl(['import', inFolder('events.ndjson'), ...at]);
      await ledger.settle();
      const judged = await ledgerctl([...FLEET, '--judge', ledger.url, '--json']);
      expect(judged).toMatchObject({ code: 0, err: '' });
      const { sessions, outcomes } = JSON.parse(judged.out) as Verdicts;
      expect(sessions).toBe(counts.sessions);
      expect(outcomes).toMatchObject({ 'silently-wrong': 0, unexplained: 0 });
      expect(outcomes['right']).toBeGreaterThan(5);

      const { items } = (await ledger.get('/v1/sessions?limit=100')).body as { readonly items: readonly object[] };
      const answers = items.map((item) => JSON.stringify({ ...item, energyWh: '1' }));
      writeFileSync(inFolder('answers.ndjson'), answers.join('\n'));
      const wrong = await ledgerctl([...FLEET, '--answers', inFolder('answers.ndjson')]);
      expect(wrong.code).toBe(1);
      expect(wrong.out).toContain('silently-wrong: SIM-3-0000');
    } finally {
      await ledger.end();
    }
  });

  it('compares the money of sound sessions', async () => {
    writeFileSync(inFolder('tariff.json'), testJson(TARIFF));
    const fleet = [...FLEET, '--faults', 'none', '--tariff', inFolder('tariff.json')];
    const truth = ['--out', inFolder('sound.ndjson'), '--truth', inFolder('sound-truth.ndjson')];
    expect((await ledgerctl([...fleet, ...truth])).code).toBe(0);
    const [first = ''] = linesOf(inFolder('sound-truth.ndjson')).filter((line) => line.includes('"expected"'));
    const { shownWh, expected } = JSON.parse(first) as {
      readonly shownWh: string;
      readonly expected: { readonly totalExclTax: string };
    };
    expect(+expected.totalExclTax).toBeCloseTo(1 + (0.3 * +shownWh) / 1_000, 3);
  });

  it.each([
    [['--chargers', '0'], 2, '--chargers has to be a whole number from 1 to 100000'],
    [['--faults', 'stop-lots'], 2, 'no fault is called "stop-lots"'],
    [['--faults', 'stop-lost=2'], 2, 'the rate of stop-lost has to be a share from 0 to 1'],
    [['--sessions', '1', '--days', '1'], 2, '--sessions and --days exclude each other'],
    [['--answers', '/nowhere/answers'], 2, '/nowhere/answers cannot be read: there is no such file'],
    [['--judge', 'http://127.0.0.1:9'], 3, 'cannot be reached'],
  ])('says what is wrong with %j', async (args, code, message) => {
    const ended = await ledgerctl(['simulate', ...args]);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(message);
  });
});

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').trim().split('\n');
}
