import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { builtProduct } from './built-product';

/** What a command left behind. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sees the process when it runs, and may end it. */
  readonly watch?: (process: { kill(signal?: NodeJS.Signals): void }) => void;
  /** Stops reading after the first piece of standard output, as `head` does. */
  readonly readsFirstOnly?: true;
}

/** Runs `ledgerctl` as a process of its own and waits until it ends. */
export function ledgerctl(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return run('main.js', args, options);
}

/** Runs the demo as a process of its own and waits until it ends. */
export function demo(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return run('demo.js', args, options);
}

/** What `ledgerctl` said of bad input: nothing on standard output, exit code 2, and no stack. */
export async function refusal(args: readonly string[], options?: CommandOptions): Promise<string> {
  const { code, out, err } = await ledgerctl(args, options);
  expect({ args, code, out }).toEqual({ args, code: 2, out: '' });
  expect(err).not.toMatch(/\n {4}at /);
  return err;
}

function run(script: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  const main = join(builtProduct(), 'apps', 'ledgerctl', 'src', script);
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...options.env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
    if (options.readsFirstOnly === true) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  // A command that ends before it has read everything is no fault of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  options.watch?.({ kill: (signal = 'SIGKILL') => child.kill(signal) });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}
