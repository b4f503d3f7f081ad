import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { HEAP, LEDGER_HEAP } from '../../support/heap';

const APPS = join(__dirname, '..', '..', '..', 'apps');
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 60_000;

/** A service of the ledger in a process of its own, on a data folder of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** The sum of a metric over its labels; 0 where it is unknown. */
  metric(name: string): Promise<number>;
  /** The most memory that the process ever had, in bytes; what it has now where the system does not tell. */
  peakRssBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** The service did not do what it has to: it did not start, or refused a request. */
export class ServiceFailed extends Error {
  readonly code = 'service-failed';
  constructor(
    message: string,
    /** Of the answer, where there was one. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** The services that can be started. */
export type ServiceName = 'ingestion' | 'ledger' | 'billing' | 'standalone';

/** Starts a service that was built before, with these settings beside those of the environment. @throws ServiceFailed */
export async function startService(
  name: ServiceName,
  settings: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const child = spawn(
    process.execPath,
    [...(name === 'ledger' ? LEDGER_HEAP : HEAP), join(APPS, name, 'src', 'main.js')],
    {
      env: { ...process.env, LEDGER_HTTP: '127.0.0.1:0', LEDGER_LOG: 'warn', ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<undefined>((resolve) => {
    child.once('exit', () => resolve(undefined));
  });
  const url = await Promise.race([listening(child), ended, after(START_MS_MAX)]);
  if (url === undefined) {
    child.kill('SIGKILL');
    throw new ServiceFailed(`${name} did not start; npm run build makes it`);
  }
  const metric = (metricName: string): Promise<number> => metricOf(url, metricName);
  return {
    url,
    metric,
    peakRssBytes: async () => peakOf(child.pid ?? 0) ?? (await metric('process_resident_memory_bytes')),
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([ended, after(STOP_MS_MAX)]);
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** One request. @throws ServiceFailed unless it is answered with success */
export async function send(
  url: string,
  request: { readonly method: string; readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> },
): Promise<string> {
  const { method, type, body } = request;
  const response = await fetch(url, { method, headers: { 'content-type': type }, body });
  const text = await response.text();
  if (!response.ok) {
    throw new ServiceFailed(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`, response.status);
  }
  return text;
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

async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const values = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** The high-water mark that Linux keeps of a process. */
function peakOf(pid: number): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1_024;
  } catch {
    return undefined;
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, undefined).unref();
  });
}
