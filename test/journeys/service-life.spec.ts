import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { consuming, readSettings, startService } from '@ledger/platform';
import type { ServicePlan } from '@ledger/platform';
import { until } from '@ledger/ports/trial.contract';

import { standalone } from '../../apps/standalone/src/standalone';
import { startEventStoreDbServer } from '../support/eventstoredb-server';
import type { EventStoreDbServer } from '../support/eventstoredb-server';
import { sessions } from '../support/fleet';
import { StandaloneProcess } from '../support/standalone-process';

jest.setTimeout(300_000);

/** A port of this machine that nobody listens on (RFC 863's, without its service). */
const NOBODY = '127.0.0.1:9';
const EVENTS = sessions(2);
/** Appends that the store will swallow without an answer: more than there will be. */
const SWALLOWED = 200;

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly worker?: string;
  readonly err?: { readonly message: string };
}

describe('the life of a service as its supervisor sees it', () => {
  let folder: string;
  let server: EventStoreDbServer;
  let ledger: StandaloneProcess | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-life-'));
    server = await startEventStoreDbServer();
  });
  afterEach(async () => {
    await ledger?.kill();
    ledger = undefined;
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('health', () => {
    it('is not ready while the broker cannot be reached, and lives', async () => {
      ledger = await start({ LEDGER_FEED: 'kafka', KAFKA_BROKERS: NOBODY });
      await new Promise((resolve) => setTimeout(resolve, CLIENT_GIVES_UP_MS));
      const ready = await answerOf('/health/ready');
      expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('not reachable: feed"')]);
      expect(await answerOf('/health/live')).toMatchObject({ status: 200 });
      expect(ledger.isAlive).toBe(true);
    });

    it('is not ready while the store is away, lives, tells how many records wait, and comes back by itself', async () => {
      ledger = await start(storeAt(server.url));
      await until('it is ready', async () => (await answerOf('/health/ready')).status === 200);
      server.stop();
      await ledger.send(EVENTS);
      const lag = `ledger_feed_lag{topic="meter-events",group="ledger"}`;
      await until('the lag is told', async () => (await metric(lag)) === EVENTS.length);
      const ready = await answerOf('/health/ready');
      expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('not reachable: store"')]);
      expect(await answerOf('/health/live')).toMatchObject({ status: 200 });
      await until('nobody claims to know how old the tables are', async () =>
        Number.isNaN(await metric('ledger_projection_lag_seconds')),
      );
      await server.start();
      await until('it is ready again', async () => (await answerOf('/health/ready')).status === 200);
      await until('nothing waits', async () => (await metric(lag)) === 0);
      await until('the tables are current', async () => (await metric('ledger_projection_lag_seconds')) === 0);
      expect(await ledger.stop()).toBe('0');
    });

    it('is dead once a consumer died, although the process still answers', async () => {
      const deaths: Error[] = [];
      const settings = readSettings({ LEDGER_DATA: folder, LEDGER_HTTP: '127.0.0.1:0', LEDGER_LOG: 'silent' });
      const service = await startService(withBrokenConsumer(), settings, (death) => deaths.push(death));
      try {
        expect(await statusOf(service.url, '/health/live')).toBe(200);
        await fetch(new URL('/v1/meter-events', service.url), {
          method: 'POST',
          headers: { 'content-type': 'application/x-ndjson' },
          body: `${JSON.stringify(EVENTS[0])}\n`,
        });
        await until('it died', () => deaths.length > 0);
        expect(await statusOf(service.url, '/health/live')).toBe(503);
        expect(await statusOf(service.url, '/health/ready')).toBe(503);
        expect(deaths).toMatchObject([{ message: 'nothing can be done about it' }]);
      } finally {
        await service.stop();
      }
    });
  });

  it('ends with code 1 and a line that names the worker, when one died of what waiting does not mend', async () => {
    ledger = await start(storeAt(server.url));
    await ledger.send(EVENTS);
    await ledger.settle();
    expect(await ledger.stop()).toBe('0');
    for (const name of ['', '-wal', '-shm']) rmSync(join(folder, `read-model.db${name}`), { force: true });
    server.log.tamper(0, { data: Buffer.from('no JSON any more') });
    ledger = await start(storeAt(server.url));
    expect(await ledger.ended).toBe('1');
    const fatal = linesOf(ledger).filter(({ level }) => level === FATAL);
    expect(fatal).toMatchObject([{ msg: 'a worker died', worker: 'project' }]);
    expect(fatal[0]?.err?.message).toContain('did not arrive as a JSON object');
  });

  describe('a stop that hangs', () => {
    it('ends at LEDGER_STOP_SECONDS with code 1 and says so', async () => {
      ledger = await hanging({ LEDGER_STOP_SECONDS: '1' });
      const before = performance.now();
      expect(await ledger.stop()).toBe('1');
      expect(performance.now() - before).toBeGreaterThan(900);
      expect(performance.now() - before).toBeLessThan(APPEND_TIMEOUT_MS / 2);
      expect(linesOf(ledger)).toContainEqual(
        expect.objectContaining({ level: FATAL, msg: 'the stop took too long', seconds: 1 }),
      );
    });

    it('ends at once with a second signal', async () => {
      ledger = await hanging({ LEDGER_STOP_SECONDS: '60' });
      process.kill(ledger.pid, 'SIGTERM');
      await until('it takes no more requests', async () => (await answerOf('/health/live')).status === 0);
      expect(ledger.isAlive).toBe(true);
      const before = performance.now();
      expect(await ledger.stop()).toBe('1');
      expect(performance.now() - before).toBeLessThan(APPEND_TIMEOUT_MS / 2);
      expect(ledger.log).not.toContain('took too long');
    });
  });

  /** A ledger whose fold waits for a store that swallows appends. */
  async function hanging(settings: Readonly<Record<string, string>>): Promise<StandaloneProcess> {
    const started = await start({ ...storeAt(server.url), ...settings });
    for (let each = 0; each < SWALLOWED; each += 1) server.faults.next('batch-append', { kind: 'drop-request' });
    const before = server.countOf('batched');
    await started.send(EVENTS);
    await until('an append is on its way', () => server.countOf('batched') > before);
    return started;
  }

  function start(settings: Readonly<Record<string, string>>): Promise<StandaloneProcess> {
    return StandaloneProcess.start(folder, settings);
  }

  async function answerOf(path: string): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const response = await fetch(new URL(path, ledger?.url));
      return { status: response.status, text: await response.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }

  /** The number behind a metric; undefined when it is not told. */
  async function metric(name: string): Promise<number | undefined> {
    const { text } = await answerOf('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1).replace('Nan', 'NaN'));
  }
});

/** The Kafka client itself stops trying to connect earlier than this, in ms. */
const CLIENT_GIVES_UP_MS = 8_000;
const FATAL = 60;
/** How long the adapter waits for an append, in ms: a stop that waited for it would take as long. */
const APPEND_TIMEOUT_MS = 10_000;

function storeAt(url: string): Readonly<Record<string, string>> {
  return { LEDGER_STORE: 'eventstoredb', EVENTSTORE_URL: url };
}

function linesOf({ log }: StandaloneProcess): readonly LogLine[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}

async function statusOf(url: string, path: string): Promise<number> {
  return (await fetch(new URL(path, url))).status;
}

/** Everything, and a consumer that fails at its first record with an error that does not pass. */
function withBrokenConsumer(): ServicePlan {
  const whole = standalone();
  const from = { name: 'broken', topic: 'meter-events', group: 'broken' } as const;
  const broken = (): Promise<void> => Promise.reject(new Error('nothing can be done about it'));
  return { ...whole, workers: (runtime) => [...whole.workers(runtime), consuming(runtime, from, broken)] };
}
