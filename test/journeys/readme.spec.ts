import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { ROOT } from '../support/built-product';
import { ledgerctl } from '../support/command';
import { sessionEvents } from '../support/events';
import { StandaloneProcess } from '../support/standalone-process';

jest.setTimeout(300_000);

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The commands in the README's shell blocks, without their comments. */
const COMMANDS = [...README.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');

/** Commands that another test or CI runs as they stand, and where. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci && npm run demo': 'test/journeys/demo.spec.ts',
  'npm ci && npm test': '.ci/run',
  'npm run demo -- --shuffle 7 --twice': 'test/journeys/demo.spec.ts',
  'npm run demo -- --serve': 'test/journeys/demo-options.spec.ts',
  'npm run demo -- --help': 'test/journeys/demo-options.spec.ts',
  'npm start': 'test/journeys/killed-process.spec.ts',
};

describe('the README', () => {
  let folder: string;
  let ledger: StandaloneProcess;
  let session: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'readme-'));
    ledger = await StandaloneProcess.start(join(folder, 'data'));
    const events = sessionEvents({
      station: 'EPFL-DC-1',
      registers: [
        ['2026-06-01T08:00:00Z', '1000'],
        ['2026-06-01T08:30:00Z', '21000'],
      ],
    });
    writeFileSync(join(folder, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  });
  afterAll(async () => {
    await ledger.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('names only commands that are run here or elsewhere', () => {
    for (const command of COMMANDS) {
      const where = RUN_ELSEWHERE[command];
      if (where === undefined) expect(command).toMatch(/^npx ledgerctl /);
      else expect(existsSync(join(ROOT, where))).toBe(true);
    }
  });

  it('names only commands that work, in the order in which it names them', async () => {
    const ours = COMMANDS.filter((command) => command.startsWith('npx ledgerctl '));
    expect(ours.length).toBeGreaterThan(7);
    for (const command of ours) {
      if (command.includes('--data-dir')) await ledger.stop();
      const { code, out, err } = await ledgerctl(wordsOf(command), { env: { LEDGER_URL: ledger.url } });
      expect({ command, code, err }).toEqual({ command, code: 0, err: expect.any(String) as unknown });
      if (command.includes(' import ')) {
        await ledger.settle();
        session = await onlySession();
      }
      if (command.includes('charges show')) expect(out).toContain('20 kWh');
    }
  });

  it('links only to pages that exist', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links)
      expect({ link, exists: existsSync(resolve(dirname(join(ROOT, 'README.md')), link)) }).toEqual({
        link,
        exists: true,
      });
  });

  function wordsOf(command: string): readonly string[] {
    const words = command.split(' ').slice(2);
    return words.map((word) => {
      if (word === 'events.ndjson' || word === 'fleet.ndjson') return join(folder, word);
      if (word === './data') return join(folder, 'data');
      if (word === '<session>') return session;
      return word.startsWith('test/data/') ? join(ROOT, word) : word;
    });
  }

  async function onlySession(): Promise<string> {
    const page = await ledger.ask<{ items: readonly { id: string }[] }>('/v1/sessions');
    return page?.items[0]?.id ?? '';
  }
});
