import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { CommandFailed, EXIT } from '../exit';

/** How long the standalone may take to start and to stop, in ms. */
export const START_MS_MAX = 60_000;
export const STOP_MS_MAX = 30_000;

const MAIN = join(__dirname, '..', '..', '..', 'standalone', 'src', 'main.js');

/** The heap that `npm start` gives the ledger, in MiB: bounded, so that it collects rather than grows. */
const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=32', '--heap-growing-percent=100'];

/** A standalone ledger in its own process. */
export interface StandaloneProcess {
  readonly url: string;
  readonly pid: number;
  /** Settles when the process ends. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the standalone on a data folder and waits until it listens. @throws CommandFailed when it does not start */
export async function startStandalone(dataDir: string, http = '127.0.0.1:0'): Promise<StandaloneProcess> {
  const child = spawn(process.execPath, [...HEAP, '--enable-source-maps', MAIN], {
    env: { ...process.env, LEDGER_DATA: dataDir, LEDGER_HTTP: http, LEDGER_LOG: process.env['LEDGER_LOG'] ?? 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const url = await Promise.race([listening(child), ended.then(() => undefined), timeout(START_MS_MAX)]);
  if (url === undefined) {
    child.kill('SIGKILL');
    throw new CommandFailed('the ledger did not start; its reason stands above', EXIT.notReachable);
  }
  return { url, pid: child.pid ?? 0, ended, stop: () => stop(child, ended) };
}

function listening(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (child.stdout === null) {
      resolve(undefined);
      return;
    }
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^listening on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const isSlow = await Promise.race([ended.then(() => false), timeout(STOP_MS_MAX).then(() => true)]);
  if (isSlow) child.kill('SIGKILL');
  await ended;
}

function timeout(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, undefined).unref();
  });
}
