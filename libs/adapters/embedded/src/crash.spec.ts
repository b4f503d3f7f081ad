import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { all } from '@ledger/ports/event-store-facts.contract';
import { listen } from '@ledger/ports/meter-feed-listening.contract';
import { reasonOf, until } from '@ledger/ports/trial.contract';
import { openDataFolder, type DataFolder } from './data-folder';
import { freshFolder } from './folder-trial.contract';

/** What the writer said: one acknowledged append, publish or projection, or how it began or failed. */
interface Said {
  readonly opened?: string;
  readonly failed?: string;
  readonly pid?: number;
  readonly message?: string;
  readonly stream?: string;
  readonly revision?: string;
  readonly ids?: readonly string[];
  readonly published?: string;
  readonly projected?: string;
}

interface Writer {
  readonly process: ChildProcess;
  readonly run: string;
  readonly said: Said[];
  readonly ended: Promise<unknown>;
}

const WRITER = join(__dirname, 'killed-writer.cjs');
const KILLS = 4;
jest.setTimeout(120_000);

describe('a process that is killed', () => {
  it('loses nothing that it acknowledged, and leaves no half of anything', async () => {
    const { folder, remove } = freshFolder();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const writer = startWriter(folder);
      const enough = 50 + Math.floor(Math.random() * 800);
      await until('it has written enough', () => writer.said.length > enough || writer.process.exitCode !== null);
      writer.process.kill('SIGKILL');
      await writer.ended;
      expect(writer.process.signalCode).toBe('SIGKILL');
      const data = await openDataFolder(folder);
      await checkEvents(data, writer);
      await checkFeed(data, writer);
      await checkReadModel(data, writer);
      await data.close();
    }
    remove();
  });
});

describe('the ownership of a data folder', () => {
  it('is refused to a second process, which is told the folder and the owner', async () => {
    const { folder, remove } = freshFolder();
    const data = await openDataFolder(folder);
    const writer = startWriter(folder);
    await writer.ended;
    expect(writer.said[0]).toMatchObject({ failed: 'data-folder-in-use', pid: process.pid });
    expect(writer.said[0]?.message).toContain(folder);
    await data.close();
    remove();
  });

  it('goes with its process, however that ends', async () => {
    const { folder, remove } = freshFolder();
    const writer = startWriter(folder);
    await until('it owns the folder', () => writer.said.some((said) => said.opened !== undefined));
    const reason = await reasonOf(openDataFolder(folder));
    expect(reason).toMatchObject({ code: 'data-folder-in-use', folder, pid: writer.process.pid });
    writer.process.kill('SIGKILL');
    await writer.ended;
    await (await openDataFolder(folder)).close();
    remove();
  });
});

function startWriter(folder: string): Writer {
  const run = randomUUID();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WRITER, folder, run], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Said[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    if (line.endsWith('}')) said.push(JSON.parse(line) as Said);
  });
  return { process: child, run, said, ended: Promise.all([once(child, 'exit'), once(lines, 'close')]) };
}

async function checkEvents({ events }: DataFolder, { run, said }: Writer): Promise<void> {
  const acknowledged = said.filter((each) => each.stream !== undefined);
  expect(acknowledged.length).toBeGreaterThan(0);
  const stored = (await all(events.readAll({ prefixes: [`session-${run}-`], after: 'none' }))).flatMap(
    (batch) => batch.events,
  );
  const byStream = Map.groupBy(stored, (event) => event.stream);
  for (const [stream, inOrder] of byStream) {
    expect(inOrder.map((event) => event.revision)).toEqual(inOrder.map((_, index) => BigInt(index)));
    expect(await all(events.read(stream))).toEqual(inOrder);
  }
  for (const { stream = '', revision = '', ids = [] } of acknowledged) {
    const last = Number(revision);
    const found = (byStream.get(stream) ?? []).slice(last - ids.length + 1, last + 1).map((event) => event.id);
    expect(found).toEqual(ids);
  }
  expect(new Set(stored.map((event) => event.id)).size).toBe(stored.length);
}

async function checkFeed({ feed }: DataFolder, { run, said }: Writer): Promise<void> {
  const group = randomUUID();
  const listening = listen(feed, { group, run });
  await until('everything was delivered', async () => (await feed.lag('meter-events', group)) === 0n);
  await listening.stop();
  const delivered = listening.heard.map((record) => record.text);
  expect(new Set(delivered).size).toBe(delivered.length);
  expect(delivered).toEqual(expect.arrayContaining(said.flatMap((each) => each.published ?? [])));
}

async function checkReadModel({ readModel }: DataFolder, { run, said }: Writer): Promise<void> {
  const acknowledged = said.filter((each) => each.projected !== undefined).length;
  const checkpoint = await readModel.checkpoint(run);
  const position = checkpoint === 'none' ? 0 : Number(checkpoint);
  expect(position).toBeGreaterThanOrEqual(acknowledged);
  const totals = await readModel.totals({ table: 'charges', tenant: run });
  expect(totals[0]?.count ?? 0).toBe(position);
}
