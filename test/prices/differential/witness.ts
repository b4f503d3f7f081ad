import { execFile, spawn, spawnSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The sources of the witness, as seen from the folder in which npm runs its scripts. */
const SOURCES = join(process.cwd(), 'test', 'prices', 'differential');
/** Where cargo builds: beside other caches, away from the sources. */
const TARGET = join(process.cwd(), 'node_modules', '.cache', 'price-witness');
const BUILD_MS_MAX = 1_800_000;

/** Whether a Rust toolchain is here. */
export function hasCargo(): boolean {
  return spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Builds the witness and gives the path of its program. @throws the error of cargo */
export async function buildWitness(): Promise<string> {
  const args = ['build', '--release', '--ignore-rust-version', '--quiet', '--target-dir', TARGET];
  await promisify(execFile)('cargo', args, { cwd: SOURCES, timeout: BUILD_MS_MAX, maxBuffer: 64 * 1024 * 1024 });
  return join(TARGET, 'release', 'price-witness');
}

/** The answers of a program to a file of lines. */
export async function answersOf(program: string, lines: string): Promise<string> {
  const child = spawn(program, { stdio: [openSync(lines, 'r'), 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes lines into a file. */
export function writeLines(path: string, lines: readonly string[]): void {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
}
