import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REQUIREMENTS = join(__dirname, 'python', 'requirements.txt');

/**
 * A Python with what `python/requirements.txt` names: the one of the variable PYTHON, or an environment that is made once in the
 * temporary folder with `python3`. @throws Error that says what is missing; these tests are never skipped
 */
export async function python(): Promise<string> {
  const given = process.env['PYTHON'];
  if (given !== undefined && given !== '') return given;
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `ledger-engine-python-${digest}`);
  const isDone = join(folder, 'done');
  if (!existsSync(isDone)) {
    await step('python3 with its module venv', 'python3', ['-m', 'venv', '--clear', folder]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
    await step('what requirements.txt names', join(folder, 'bin', 'python'), install);
    await step('a place to write', join(folder, 'bin', 'python'), [
      '-c',
      `open(${JSON.stringify(isDone)}, 'w').close()`,
    ]);
  }
  return join(folder, 'bin', 'python');
}

/** Runs a script of the folder `python` and gives what it printed. */
export async function runPython(script: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(await python(), [join(__dirname, 'python', script), ...args]);
  return stdout;
}

async function step(what: string, command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, [...args]);
  } catch (error) {
    throw new Error(`this test needs ${what}: ${command} failed; or set PYTHON to one that has all`, { cause: error });
  }
}
