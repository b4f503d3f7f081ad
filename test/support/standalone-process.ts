import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { builtProduct } from './built-product';
import type { TestEvent } from './events';
import { HEAP } from './heap';

/** How long a process may take to listen or to end, and a ledger to come to rest, in ms. */
const WAIT_MS_MAX = 120_000;
const LOOK_EVERY_MS = 15;

/** The standalone ledger as a process of its own, on a data folder. */
export class StandaloneProcess {
  url = '';
  /** What it wrote to its log. */
  log = '';
  /** Settles with the signal that ended it, or its exit code. */
  readonly ended: Promise<string>;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.on('data', (chunk: Buffer) => {
      this.log += chunk.toString('utf8');
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? `${code ?? ''}`));
    });
  }

  /** Starts it and waits until it listens or ends by itself; `url` is empty then. */
  static async start(folder: string, settings: Readonly<Record<string, string>> = {}): Promise<StandaloneProcess> {
    const main = join(builtProduct(), 'apps', 'standalone', 'src', 'main.js');
    const env = { ...process.env, LEDGER_DATA: folder, LEDGER_HTTP: '127.0.0.1:0', LEDGER_LOG: 'info', ...settings };
    const child = spawn(process.execPath, [...HEAP, main], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new StandaloneProcess(child);
    started.url = await within(
      WAIT_MS_MAX,
      'the ledger to listen',
      Promise.race([listening(child), started.ended.then(() => '')]),
    );
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends events as lines. False when they were not acknowledged because the process died meanwhile. */
  async send(events: readonly (TestEvent | string)[]): Promise<boolean> {
    const body = events.map((event) => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`).join('');
    const answer = await this.ask<object>('/v1/meter-events', { body, contentType: 'application/x-ndjson' });
    return answer !== undefined;
  }

  /** The JSON answer; undefined when the process died meanwhile. @throws an error for an answer that is not a success */
  async ask<Answer>(
    path: string,
    request?: { readonly method?: string; readonly body: string; readonly contentType?: string },
  ): Promise<Answer | undefined> {
    const { method = 'POST', contentType = 'application/json', body } = request ?? {};
    let response: Response;
    try {
      response = await fetch(
        new URL(path, this.url),
        body === undefined ? {} : { method, body, headers: { 'content-type': contentType } },
      );
      if (response.ok) return (await response.json()) as Answer;
    } catch {
      await within(WAIT_MS_MAX, 'the process to end after it did not answer', this.ended);
      return undefined;
    }
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }

  /** Waits until nothing is on its way. False when the process died meanwhile. */
  async settle(): Promise<boolean> {
    const end = performance.now() + WAIT_MS_MAX;
    for (;;) {
      const status = await this.ask<Readonly<Record<string, unknown>>>('/v1/status');
      if (status === undefined) return false;
      if (isAtRest(status)) return true;
      if (performance.now() > end) throw new Error(`the ledger does not come to rest: ${JSON.stringify(status)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  kill(): Promise<string> {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Stops it in good order. */
  stop(): Promise<string> {
    this.child.kill('SIGTERM');
    return within(WAIT_MS_MAX, 'the ledger to stop', this.ended);
  }
}

function isAtRest({
  statementsWaiting,
  receiptsWaiting,
  quarantineWaiting,
  tablesCurrent,
}: Readonly<Record<string, unknown>>): boolean {
  return (
    [statementsWaiting, receiptsWaiting, quarantineWaiting].every((waiting) => waiting === '0') &&
    tablesCurrent === true
  );
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^listening on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

async function within<Answer>(ms: number, what: string, answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
