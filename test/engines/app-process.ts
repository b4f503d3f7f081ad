import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtProduct } from '../support/built-product';

/** How long a process may take to say its first line or to end, in ms. The machine may be busy. */
const PROCESS_WAIT_MS = 90_000;

/** A program of the product, or a server of the tests, in a process of its own. */
export class AppProcess {
  /** The first line that it printed; empty when it ended before. */
  firstLine = '';
  /** What it wrote to its log. */
  log = '';
  /** Settles with the signal that ended it, or its exit code. */
  readonly ended: Promise<string>;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.on('data', (chunk: Buffer) => {
      this.log += chunk.toString('utf8');
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? `${code ?? ''}`));
    });
  }

  /** Starts a compiled program and waits for its first line. @throws when it ends or says nothing */
  static async start(name: string, { main, args = [], env = {} }: Program): Promise<AppProcess> {
    const child = spawn(process.execPath, [join(builtProduct(), main), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new AppProcess(name, child);
    const line = await Promise.race([firstLineOf(child), started.ended.then(() => ''), after(PROCESS_WAIT_MS)]);
    if (line === '') {
      child.kill('SIGKILL');
      throw new Error(`${name} did not start: ${started.log.slice(-2_000)}`);
    }
    started.firstLine = line;
    return started;
  }

  /** Where an app listens. */
  get url(): string {
    return this.firstLine.replace(/^listening on /, '');
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  kill(): Promise<string> {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Stops it in good order; how it ended. */
  async stop(): Promise<string> {
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    const how = await Promise.race([this.ended, after(PROCESS_WAIT_MS)]);
    if (how === '') this.child.kill('SIGKILL');
    return how === '' ? 'it had to be killed' : how;
  }

  /** The JSON answer, or undefined when there is none or it is no success. */
  async ask<Answer>(path: string, request: RequestInit = {}): Promise<Answer | undefined> {
    const answer = await this.status(path, request);
    return answer.status >= 200 && answer.status < 300 ? (JSON.parse(answer.text) as Answer) : undefined;
  }

  /** The status and text of an answer; status 0 when there was none in time. */
  async status(path: string, request: RequestInit = {}): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS_MAX);
      const response = await fetch(new URL(path, this.url), { signal, ...request });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      return { status: 0, text: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** How long a test waits for one answer, in ms. */
const ANSWER_MS_MAX = 40_000;

/** A compiled program below the folder of the product. */
export interface Program {
  readonly main: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function firstLineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', resolve);
  });
}

function after(ms: number): Promise<''> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, '').unref();
  });
}
