import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '@ledger/adapters/embedded';
import { liveDigest } from '@ledger/usecases';
import { Client } from '../../apps/ledgerctl/src/client';
import { deliver } from '../../apps/ledgerctl/src/demo/deliver';
import { publishBook } from '../../apps/ledgerctl/src/demo/publish-book';
import { DATA_FOLDER, epflEvents, konstanzEvents } from '../../apps/ledgerctl/src/demo/real-data';
import { sendLines, untilSettled } from '../../apps/ledgerctl/src/demo/send';
import { readObjects } from '../../apps/ledgerctl/src/options';
import { AppProcess } from './app-process';

/** The token that stands in the demo's data: it must be in no log and no file in clear. */
export const TOKEN = 'KN-CAR-1';

/** Lines of one request to the standalone. */
const LINES_OF_REQUEST = 1_000;

/** Which of the demo's events, and how they are delivered. */
export interface DemoPart {
  /** Events of each of the two sets at most. */
  readonly ofEach?: number;
  readonly shuffle?: string;
  readonly twice?: boolean;
}

/** The lines of the demo, or of the beginning of both of its sets. */
export function demoLines({ ofEach = Infinity, shuffle, twice = false }: DemoPart = {}): readonly string[] {
  const events = [...konstanzEvents().slice(0, ofEach), ...epflEvents().slice(0, ofEach)];
  return deliver(events, { twice, ...(shuffle === undefined ? {} : { shuffle }) });
}

/** The digest that the standalone on embedded engines has for the lines. */
export async function embeddedDigest(lines: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-embedded-'));
  const env = { LEDGER_DATA: folder, LEDGER_HTTP: '127.0.0.1:0', LEDGER_LOG: 'warn' };
  const app = await AppProcess.start('standalone', { main: join('apps', 'standalone', 'src', 'main.js'), env });
  try {
    const client = new Client(app.url);
    await publishBook(client);
    await sendLines(client, lines, LINES_OF_REQUEST);
    await untilSettled(client);
  } finally {
    await app.stop();
  }
  const data = await openDataFolder(folder);
  const digest = await liveDigest(data.readModel, 'default');
  await data.close();
  rmSync(folder, { recursive: true, force: true });
  return digest;
}

/** Hands over the demo's locations, tariffs and assignments, each to the app that takes it. */
export async function publishDemoBook(publish: (path: string, request: RequestInit) => Promise<void>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  for (const kind of ['locations', 'tariffs'] as const) {
    for (const { id, text } of readObjects(join(DATA_FOLDER, 'demo', `${kind}.json`)))
      await publish(`/v1/${kind}/${id}`, { method: 'PUT', headers, body: text });
  }
  const file = readFileSync(join(DATA_FOLDER, 'demo', 'assignments.json'), 'utf8');
  for (const assignment of JSON.parse(file) as readonly unknown[])
    await publish('/v1/tariff-assignments', { method: 'POST', headers, body: JSON.stringify(assignment) });
}
