import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { builtProduct } from '../../support/built-product';
import { HAPPENINGS } from '../happenings';
import { run } from '../run';
import { BadOption, readOptions } from './options';
import { COVERAGE_FROM_SEEDS, NOTHING_RUN, failuresText, notMet, sumOf } from './tally';

jest.setTimeout(300_000);

/** More seeds than any test waits for. */
const ENDLESS = '1000000';

let main: string;
beforeAll(() => {
  main = join(builtProduct(), 'test', 'sim', 'runner', 'main.js');
});

function runner(...args: readonly string[]): { status: number | null; stdout: string; stderr: string; last: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

describe('the runner of the simulation', () => {
  it('runs seeds in several processes and ends with the totals, for people and for programs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim-'));
    const out = join(folder, 'totals.json');
    const { status, stdout, last } = runner('--seeds', '8', '--processes', '2', '--out', out);
    expect({ status, last }).toEqual({ status: 0, last: '8 passed, 0 failed' });
    expect(stdout).toMatch(/^ {2}crash +[1-9]/m);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ numPassedTests: 8, numFailedTests: 0 });
    rmSync(folder, { recursive: true });
  });

  it('runs one seed as any other process does, to the same trace', async () => {
    const { trace } = await run(17);
    expect(runner('--seed', '17').stdout).toContain(`seed 17: trace ${trace}`);
  });

  it('tells a seed that fails, with its breaches and how to run it again', () => {
    const { status, stdout, last } = runner('--seeds', '4', '--bug', 'drops the final reading');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^seed 1 \(trace [0-9a-f]{16}\): npm run test:sim -- --seed 1 --bug "drops the final reading"\n {2}I/m,
    );
    expect(last).toMatch(/^[0-3] passed, [1-4] failed$/);
  });

  it.each([
    [['--seeds', '0'], '--seeds has to be a whole number'],
    [['--seed', 'x'], '--seed has to be a whole number'],
    [['--seed', '1', '--seeds', '2'], 'goes with neither'],
    [['--bug', 'none'], 'no planted bug "none"'],
    [['--fast'], "Unknown option '--fast'"],
  ])('says what is wrong with %j', (args, because) => {
    const { status, stderr, stdout } = runner(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(because);
    expect(stderr).toContain('npm run test:sim -- [options]');
  });

  it('ends when it is interrupted, with the totals so far, and leaves no process behind', async () => {
    const child = spawn(process.execPath, [main, '--seeds', ENDLESS, '--processes', '2'], { detached: true });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    await once(child.stderr, 'data');
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(130);
    expect(stdout).toMatch(/^[0-9]+ passed, [0-9]+ failed\ninterrupted\n$/m);
    expect(() => process.kill(-(child.pid ?? 0), 0)).toThrow('ESRCH');
  });
});

describe('the options of the runner', () => {
  it('are the whole run on all processors unless told', () => {
    const { processes, ...others } = readOptions([]) ?? { processes: 0 };
    expect(others).toEqual({
      from: 1,
      seeds: 20_000,
      bug: undefined,
      out: undefined,
      isSingle: false,
    });
    expect(processes).toBeGreaterThan(0);
    expect(readOptions(['--help'])).toBeUndefined();
    expect(readOptions(['--seed', '5'])).toMatchObject({ from: 5, seeds: 1, isSingle: true });
    expect(() => readOptions(['--from=-1'])).toThrow(BadOption);
  });
});

describe('the tally', () => {
  const seeds = (passed: number, met: (typeof HAPPENINGS)[number][]): typeof NOTHING_RUN => {
    return { ...NOTHING_RUN, passed, met: Object.fromEntries(met.map((happening) => [happening, 1])) };
  };

  it('misses what never happened, once there are enough seeds', () => {
    const [first, ...others] = HAPPENINGS;
    expect(notMet(seeds(COVERAGE_FROM_SEEDS, others))).toEqual([first]);
    expect(notMet(seeds(COVERAGE_FROM_SEEDS - 1, []))).toEqual([]);
    expect(notMet(sumOf(seeds(COVERAGE_FROM_SEEDS, others), seeds(1, [first])))).toEqual([]);
  });

  it('tells failures in the order of their seeds', () => {
    const failed = (seed: number): typeof NOTHING_RUN => ({
      ...NOTHING_RUN,
      failures: [{ seed, trace: 't', breaches: ['I1: lost'] }],
    });
    expect(failuresText(sumOf(failed(9), failed(2)))).toBe(
      'seed 2 (trace t): npm run test:sim -- --seed 2\n  I1: lost\nseed 9 (trace t): npm run test:sim -- --seed 9\n  I1: lost\n',
    );
  });
});
