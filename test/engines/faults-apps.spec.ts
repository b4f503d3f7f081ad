import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@ledger/ports/trial.contract';
import type { AppName, Cluster } from './cluster';
import {
  FIRST_HALF,
  FROZEN_MS,
  IS_WHOLE,
  LINES,
  LINES_OF_REQUEST,
  SECOND_HALF,
  drawer,
  faultRun,
  freeze,
  startOneOfEach,
  untilNotReady,
} from './fault-run';
import { asAdmin, groupOf, nameOf } from './kafka';

jest.setTimeout(600_000);

/** Every named step, and the apps that reach it. */
const STEPS: Readonly<Record<AppName, readonly string[]>> = {
  ingestion: ['before-publish', 'after-publish', 'before-commit', 'after-commit'],
  ledger: ['before-append', 'after-append', 'before-receipts', 'before-commit', 'after-commit'],
  billing: ['before-projection', 'after-projection'],
};
const TIMES = [1, 3];
interface Death {
  readonly name: AppName;
  readonly at: string;
}
const EVERY_DEATH: readonly (readonly Death[])[] = Object.entries(STEPS).flatMap(([name, steps]) =>
  steps.flatMap((step) => TIMES.map((n) => [{ name: name as AppName, at: `${step}:${n}` }])),
);
const DEATHS = (IS_WHOLE ? EVERY_DEATH : [drawnDeaths()]).map((deaths) => ({
  deaths,
  title: deaths.map(({ name, at }) => `${name} ${at}`).join(', '),
}));
/** Small batches, so that each step is reached often. */
const SMALL = { LEDGER_BATCH: '20', LEDGER_INTAKE_CHUNK: '20' };

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe('apps that fail in the middle', () => {
  it.each(DEATHS)('outlive SIGKILL at $title', async ({ deaths }) => {
    await faultRun({ settings: SMALL }, async (cluster) => {
      await startOneOfEach(cluster);
      const doomed = await Promise.all(deaths.map(({ name, at }) => cluster.start(name, { CRASH_AT: at })));
      for (const { name } of deaths) await cluster.apps.find((app) => app.name === name && app.isAlive)?.stop();
      const replaced = cluster.replaceDead(doomed);
      await Promise.all([
        cluster.deliver(FIRST_HALF, LINES_OF_REQUEST),
        cluster.writeAsGateway(SECOND_HALF, LINES_OF_REQUEST),
      ]);
      expect(await replaced()).toEqual(deaths.map(() => 'SIGKILL'));
    });
  });

  it('outlive one of each that is frozen for longer than its session, and goes on as a zombie', async () => {
    await faultRun({ settings: SMALL }, async (cluster) => {
      await cluster.startAll({ ingestion: 2, ledger: 2, billing: 2 });
      await cluster.publishBook();
      const load = Promise.all([
        cluster.deliver(FIRST_HALF, LINES_OF_REQUEST),
        cluster.writeAsGateway(SECOND_HALF, LINES_OF_REQUEST),
      ]);
      await freeze((['ingestion', 'ledger', 'billing'] as const).map((name) => cluster.alive(name)[0]));
      await load;
    });
  });

  it('outlive a store that is frozen and then killed', async () => {
    await faultRun({}, async (cluster) => {
      await startOneOfEach(cluster);
      const load = cluster.deliver(LINES, LINES_OF_REQUEST);
      cluster.storeProcess.signal('SIGSTOP');
      await untilNotReady(cluster.alive('ledger')[0], 'store');
      await pause(FROZEN_MS);
      cluster.storeProcess.signal('SIGCONT');
      await pause(1_000);
      await cluster.storeProcess.kill();
      await cluster.restartStore();
      await load;
    });
  });

  it('fold every statement twice at once when each partition has two owners', async () => {
    await faultRun({ settings: SMALL }, async (cluster) => {
      await startOneOfEach(cluster);
      await cluster.start('ledger', preloaded('second-owner'));
      await cluster.deliver(LINES, LINES_OF_REQUEST);
      await untilRead(cluster, 'ledger-second');
    });
  });

  it('outlive clocks that jump, by days and back', async () => {
    await faultRun({}, async (cluster) => {
      await startOneOfEach(cluster);
      const apps = [
        await cluster.start('ledger', preloaded('clock-jump', { CLOCK_JUMP_MS: `${2 * DAY_MS}` })),
        await cluster.start('ingestion', preloaded('clock-jump', { CLOCK_JUMP_MS: `${-HOUR_MS}` })),
        await cluster.start('billing', preloaded('clock-jump', { CLOCK_JUMP_MS: `${-HOUR_MS}` })),
      ];
      for (const app of cluster.apps.filter((other) => !apps.includes(other))) await app.stop();
      await cluster.deliver(FIRST_HALF, LINES_OF_REQUEST);
      for (const app of apps) app.signal('SIGUSR2');
      await cluster.deliver(SECOND_HALF, LINES_OF_REQUEST);
    });
  });

  it('fold a whole redelivery from offset 0 as duplicates', async () => {
    await faultRun({}, async (cluster) => {
      await startOneOfEach(cluster);
      await cluster.deliver(LINES, LINES_OF_REQUEST);
      await cluster.settle();
      await redeliver(cluster);
    });
  });

  it('read topics anew that were made again under them, and take what is sent again', async () => {
    await faultRun({}, async (cluster) => {
      await startOneOfEach(cluster);
      await cluster.deliver(FIRST_HALF, LINES_OF_REQUEST);
      await cluster.settle();
      await makeTopicsAgain(cluster);
      await cluster.deliver(SECOND_HALF, LINES_OF_REQUEST);
    });
  });
});

/** One step of each app, so that all of them die in the same run. */
function drawnDeaths(): readonly Death[] {
  const draw = drawer();
  return Object.entries(STEPS).map(([name, steps]) => ({
    name: name as AppName,
    at: `${draw(steps)}:${draw(TIMES)}`,
  }));
}

function preloaded(name: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--require ${join(__dirname, 'preload', `${name}.cjs`)}`, ...more };
}

/** Waits until a group has read all statements. */
async function untilRead({ kafka }: Cluster, group: string): Promise<void> {
  const topic = nameOf(kafka, 'meter-events');
  await until(`${group} has read everything`, () =>
    asAdmin(async (admin) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const [stored] = await admin.fetchOffsets({ groupId: groupOf(kafka, group), topics: [topic] });
      const read = new Map(stored?.partitions.map(({ partition, offset }) => [partition, offset]));
      return ends.every(({ partition, high }) => high === '0' || read.get(partition) === high);
    }),
  );
}

/** The group of the ledgers begins anew at offset 0. */
async function redeliver(cluster: Cluster): Promise<void> {
  for (const ledger of cluster.alive('ledger')) expect(await ledger.stop()).toBe('0');
  const [groupId, topic] = [groupOf(cluster.kafka, 'ledger'), nameOf(cluster.kafka, 'meter-events')];
  await asAdmin((admin) => admin.resetOffsets({ groupId, topic, earliest: true }));
  await cluster.start('ledger');
  const [billing] = cluster.alive('billing');
  await until('the redelivery is on its way', async () => {
    const status = await billing?.ask<{ readonly statementsWaiting: string }>('/v1/status');
    return status !== undefined && status.statementsWaiting !== '0';
  });
}

/** All four topics go and come back empty, while all apps run. */
async function makeTopicsAgain({ kafka }: Cluster): Promise<void> {
  const topics = (['gateway-messages', 'meter-events', 'meter-receipts', 'meter-quarantine'] as const).map((topic) =>
    nameOf(kafka, topic),
  );
  await asAdmin(async (admin) => {
    const { topics: described } = await admin.fetchTopicMetadata({ topics });
    await admin.deleteTopics({ topics });
    await until('they are gone', async () => !(await admin.listTopics()).some((name) => topics.includes(name)));
    const again = described.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions.length }));
    await admin.createTopics({ waitForLeaders: false, topics: again });
    await until('they are there again', async () => {
      const names = await admin.listTopics();
      return topics.every((name) => names.includes(name));
    });
  });
}
