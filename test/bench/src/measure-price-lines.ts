import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { randomLine } from '../../prices/differential/random-lines';
import { buildWitness, hasCargo } from '../../prices/differential/witness';
import type { BenchFolder } from './bench-folder';
import type { Measured } from './result';
import type { Spent } from './stopwatch';

/** Lines for each statement of the run: 100,000 unless told otherwise. */
const LINES_OF_STATEMENT = 2;
/** Tariffs of the lines that share them. */
const SHARED_TARIFFS = 40;
/** The least ratio that the project asks for. */
const GOAL = 5;
/** As compiled, this file lies in dist/test/bench/src. */
const LEDGERCTL = join(__dirname, '..', '..', '..', 'apps', 'ledgerctl', 'src', 'main.js');

/**
 * Random sessions through `ledgerctl price --jsonl` as a whole process, start included, and through the line protocol around the
 * `ocpi-tariffs` crate, both from the same file into a file. Without a Rust toolchain there is nothing to compare with.
 */
export async function measurePriceLines(
  { path, plan }: BenchFolder,
  name: 'price-lines' | 'price-lines-shared',
  onNote: (note: string) => void,
): Promise<Measured> {
  const count = plan.statements * LINES_OF_STATEMENT;
  const [input, output] = [join(path, `${name}.jsonl`), join(path, `${name}.answers`)];
  writeRandomLines(input, { count, seed: plan.seed, isShared: name === 'price-lines-shared' });
  const witness = await witnessOr(onNote);
  const raw = witness === undefined ? undefined : await run([witness], { input, output });
  const ledger = await run([process.execPath, LEDGERCTL, 'price', '--jsonl'], { input, output });
  const unpriced = readFileSync(output, 'utf8')
    .split('\n')
    .filter((line) => !line.includes('"total_cost"'));
  if (unpriced.length !== 1) throw new Error(`not priced: ${unpriced[0] ?? ''}`);
  return { name, unit: 'sessions', count, ledger, goal: GOAL, ...(raw === undefined ? {} : { raw }) };
}

async function witnessOr(onNote: (note: string) => void): Promise<string | undefined> {
  if (!hasCargo()) {
    onNote('skipped the crate: no Rust toolchain (cargo) is here, so the ledger is measured alone');
    return undefined;
  }
  return buildWitness().catch((error: unknown) => {
    onNote(`skipped the crate: it cannot be built: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
}

function writeRandomLines(
  path: string,
  { count, seed, isShared }: { readonly count: number; readonly seed: number; readonly isShared: boolean },
): void {
  const tariffs = Array.from({ length: SHARED_TARIFFS }, (_, at) => partsOf(randomLine(seed + at)).tariff);
  const file = openSync(path, 'w');
  for (let at = 0; at < count; at += 1) {
    const { before, tariff, after } = partsOf(randomLine(seed + at));
    writeSync(file, `${before}${isShared ? (tariffs[at % SHARED_TARIFFS] ?? '') : tariff}${after}\n`);
  }
  closeSync(file);
}

function partsOf(line: string): { readonly before: string; readonly tariff: string; readonly after: string } {
  const from = line.indexOf('"tariff":') + '"tariff":'.length;
  const to = line.indexOf(',"timezone"');
  return { before: line.slice(0, from), tariff: line.slice(from, to), after: line.slice(to) };
}

/** Runs a command from a file into a file. The shell tells the processor time of what it ran, which Node.js does not. */
async function run(
  command: readonly string[],
  { input, output }: { readonly input: string; readonly output: string },
): Promise<Spent> {
  const begin = performance.now();
  const child = spawn('sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', ...command], {
    stdio: [openSync(input, 'r'), openSync(output, 'w'), 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const told = child.stderr === null ? '' : await text(child.stderr);
  if ((await ended) !== 0) throw new Error(`${command.join(' ')} failed: ${told}`);
  const wallSeconds = (performance.now() - begin) / 1_000;
  const times = [...told.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  );
  const [user = 0, system = 0] = times.slice(-2);
  return { wallSeconds, cpuSeconds: user + system, peakRssBytes: 0 };
}
