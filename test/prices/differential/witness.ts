import { execFile, spawn, spawnSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where cargo builds: beside other caches, away from the sources. */
const TARGET = join(__dirname, '../../../node_modules/.cache/price-witness');
const BUILD_MS_MAX = 1_800_000;

/** Whether a Rust toolchain is here. */
export function hasCargo(): boolean {
  return spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Builds the witness and gives the path of its program. @throws the error of cargo */
export async function buildWitness(): Promise<string> {
  const args = ['build', '--release', '--ignore-rust-version', '--quiet', '--target-dir', TARGET];
  await promisify(execFile)('cargo', args, { cwd: __dirname, timeout: BUILD_MS_MAX, maxBuffer: 64 * 1024 * 1024 });
  return join(TARGET, 'release', 'price-witness');
}

/** Runs a program over a file of lines; gives its answers and the seconds that it took. */
export async function answersOf(
  program: string,
  lines: string,
): Promise<{ readonly answers: string; readonly seconds: number }> {
  const begin = performance.now();
  const child = spawn(program, { stdio: [openSync(lines, 'r'), 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - begin) / 1_000;
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return { answers: Buffer.concat(chunks).toString('utf8'), seconds };
}

/** Writes lines into a file. */
export function writeLines(path: string, lines: readonly string[]): void {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
}
