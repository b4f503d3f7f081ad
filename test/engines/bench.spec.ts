import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { builtProduct } from '../support/built-product';

const run = promisify(execFile);
const MAIN = join(builtProduct(), 'test', 'bench', 'src', 'main.js');

/** A machine that does other things beside must not fail the test. */
const PATIENCE_MS = 300_000;
jest.setTimeout(PATIENCE_MS);

interface Line {
  readonly name: string;
  readonly count: number;
  readonly wall: { readonly perSecond: number; readonly rawPerSecond: number; readonly ratio: number };
}

/** So small a batch that some of so few statements are left when the watch begins to run. */
const UNHURRIED = { ...process.env, LEDGER_BATCH: '5' };
/** The least load with which each part has something to do. */
const SMALL = ['--servers', '--statements', '1500', '--connectors', '8', '--rates', '100', '--seconds', '4', '--json'];

it('measures the whole pipeline on the servers beside what their clients do alone', async () => {
  const { stdout } = await run(process.execPath, [MAIN, ...SMALL], { env: UNHURRIED, timeout: PATIENCE_MS });
  const report = JSON.parse(stdout) as {
    readonly lines: readonly Line[];
    readonly latency: readonly { readonly charges: number; readonly p50Ms: number; readonly p99Ms: number }[];
  };
  expect(report.lines.map(({ name }) => name)).toEqual([
    'kafka-intake',
    'kafka-fold',
    'postgres-fill',
    'postgres-rebuild',
    'kafka-fold-store',
    'kafka-fold-2',
  ]);
  for (const { count, wall } of report.lines) {
    expect(count).toBeGreaterThan(0);
    expect(wall.ratio).toBeCloseTo(wall.perSecond / wall.rawPerSecond);
  }
  const [row] = report.latency;
  expect(row?.charges).toBeGreaterThan(0);
  expect(row?.p99Ms).toBeGreaterThanOrEqual(row?.p50Ms ?? NaN);
});

it('says which server it lacks', async () => {
  const { DATABASE_URL, ...environment } = process.env;
  expect(DATABASE_URL).toBeDefined();
  const failed = run(process.execPath, [MAIN, ...SMALL], { env: environment });
  await expect(failed).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('DATABASE_URL') as string });
});
