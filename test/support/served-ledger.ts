import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readSettings, startService } from '@ledger/platform';
import type { RunningService } from '@ledger/platform';

import { standalone } from '../../apps/standalone/src/standalone';

/** How long an answer may be waited for, in ms, and how often it is asked for. */
const WAIT_MS_MAX = 30_000;
const LOOK_EVERY_MS = 20;

/** An answer of the service. */
export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The standalone ledger served over HTTP by this process, in a folder of its own. */
export class ServedLedger {
  private constructor(
    readonly folder: string,
    private readonly service: RunningService,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ServedLedger> {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    const all = { LEDGER_DATA: folder, LEDGER_HTTP: '127.0.0.1:0', LEDGER_LOG: 'silent', ...settings };
    const service = await startService(standalone(), readSettings(all), (error) => {
      throw error;
    });
    return new ServedLedger(folder, service);
  }

  get url(): string {
    return this.service.url;
  }

  get(path: string): Promise<Answered> {
    return this.ask(path, {});
  }

  /** Sends a body with its media type, or nothing at all. */
  post(path: string, body?: string | Uint8Array<ArrayBuffer>, contentType?: string): Promise<Answered> {
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    return this.ask(path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
  }

  /** Waits until nothing is on its way. */
  async settle(): Promise<void> {
    await until('the ledger to come to rest', async () => {
      const { tablesCurrent, ...waiting } = (await this.get('/v1/status')).body;
      return tablesCurrent === true && Object.values(waiting).every((count) => count === '0');
    });
  }

  async end(): Promise<void> {
    await this.service.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ask(path: string, request: RequestInit): Promise<Answered> {
    const response = await fetch(new URL(path, this.url), request);
    const { status, headers } = response;
    const body = JSON.parse(await response.text()) as Readonly<Record<string, unknown>>;
    return { status, headers, contentType: headers.get('content-type') ?? '', body };
  }
}

/** Waits for a condition, with a limit. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MS_MAX;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
