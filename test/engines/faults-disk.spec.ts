import { join } from 'node:path';
import { openDataFolder } from '@ledger/adapters/embedded';
import { until } from '@ledger/ports/trial.contract';
import { liveDigest } from '@ledger/usecases';
import type { TestEvent } from '../support/events';
import { breaches } from '../support/invariants';
import { AppProcess } from './app-process';
import { publishDemoBook } from './demo-lines';
import {
  FIRST_HALF,
  LINES,
  LINES_OF_REQUEST,
  SECOND_HALF,
  expectedDigest,
  faultRun,
  startOneOfEach,
} from './fault-run';
import { sql } from './postgres-database';
import { startServer, type PostgresServer } from './postgres-server';
import { MAY_MOUNT, smallDisk, type SmallDisk } from './small-disk';

jest.setTimeout(600_000);

const DATABASE_MB = 160;
const FOLDER_MB = 24;

/** Only a disk of the test's own may be filled, and not every user may mount one. */
const onOwnDisk = MAY_MOUNT ? it : it.skip;

describe('a disk that is full (skipped where no disk may be mounted)', () => {
  onOwnDisk('of the database stops the tables, is told, and costs nothing once there is space again', async () => {
    await onSmallDisk(DATABASE_MB, async (disk) => {
      const server = await startServer(disk.folder);
      try {
        await faultRun({ databaseUrl: server.url }, async (cluster) => {
          await startOneOfEach(cluster);
          await cluster.deliver(FIRST_HALF, LINES_OF_REQUEST);
          disk.fill();
          await cluster.deliver(SECOND_HALF, LINES_OF_REQUEST);
          const [billing] = cluster.alive('billing');
          await until('billing tells what is wrong', () =>
            /No space left|could not (extend|write)/.test(billing?.log ?? ''),
          );
          disk.free();
          await until('the database answers again', () => answers(server));
        });
      } finally {
        await server.stop();
      }
    });
  });

  onOwnDisk('of the embedded ledger is told, refuses intake, and costs nothing once there is space again', async () => {
    await onSmallDisk(FOLDER_MB, async (disk) => {
      const folder = join(disk.folder, 'data');
      let ledger = await start(folder);
      atEnd.push(() => ledger.kill());
      await publishDemoBook(async (path, request) => {
        expect((await ledger.status(path, request)).status).toBeLessThan(300);
      });
      await send(ledger, FIRST_HALF);
      disk.fill();
      await until('a request is refused', async () => !(await isTaken(ledger, SECOND_HALF)));
      expect(await ledger.ended).toBe('1');
      expect(ledger.log).toContain('database or disk is full');
      disk.free();
      ledger = await start(folder);
      await send(ledger, SECOND_HALF);
      await until('all has drained', async () => isAtRest(await ledger.ask('/v1/status')));
      expect(await ledger.stop()).toBe('0');
      const data = await openDataFolder(folder);
      const { events: store, feed, readModel: model } = data;
      const acknowledged = LINES.map((line) => JSON.parse(line) as TestEvent);
      expect(await breaches({ store, feed, model }, { tenant: 'default', acknowledged })).toEqual([]);
      expect(await liveDigest(model, 'default')).toBe(await expectedDigest());
      await data.close();
    });
  });
});

/** What must end before the disk goes. */
const atEnd: (() => Promise<unknown>)[] = [];

/** A server that could not recover for want of space has ended, and is started again. */
async function answers(server: PostgresServer): Promise<boolean> {
  try {
    await server.restart();
    await sql(server.url, 'CREATE TABLE space_again (); DROP TABLE space_again');
    return true;
  } catch {
    return false;
  }
}

async function onSmallDisk(megabytes: number, work: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const disk = await smallDisk(megabytes);
  try {
    await work(disk);
  } finally {
    for (const end of atEnd.splice(0)) await end();
    await disk.remove();
  }
}

function start(folder: string): Promise<AppProcess> {
  const env = { LEDGER_DATA: folder, LEDGER_HTTP: '127.0.0.1:0', LEDGER_LOG: 'info' };
  return AppProcess.start('standalone', { main: join('apps', 'standalone', 'src', 'main.js'), env });
}

async function isTaken(ledger: AppProcess, lines: readonly string[]): Promise<boolean> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const body = `${lines.join('\n')}\n`;
  return (await ledger.ask('/v1/meter-events', { method: 'POST', headers, body })) !== undefined;
}

async function send(ledger: AppProcess, lines: readonly string[]): Promise<void> {
  await until('the lines are acknowledged', () => isTaken(ledger, lines));
}

function isAtRest(status: Readonly<Record<string, unknown>> | undefined): boolean {
  const waiting = ['statementsWaiting', 'receiptsWaiting', 'quarantineWaiting'];
  return status?.['tablesCurrent'] === true && waiting.every((name) => status[name] === '0');
}
