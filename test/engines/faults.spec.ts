import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@ledger/ports/trial.contract';
import type { AppProcess } from './app-process';
import { openBrokerProxy } from './broker-proxy';
import { Cluster } from './cluster';
import { demoLines, embeddedDigest } from './demo-lines';
import { asAdmin, groupOf, kafkaBrokers, nameOf } from './kafka';

jest.setTimeout(600_000);

const OF_EACH = 60;
const LINES = demoLines({ ofEach: OF_EACH, shuffle: 'faults' });
const HALF = Math.floor(LINES.length / 2);
const LINES_OF_REQUEST = 20;
/** Longer than a session of a consumer, so that its partitions go to another one. */
const FROZEN_MS = 9_000;

describe('engines and apps that fail in the middle', () => {
  let expected: string;
  let cluster: Cluster;
  beforeAll(async () => {
    expected = await embeddedDigest(demoLines({ ofEach: OF_EACH }));
  });

  it('outlive a killed store and a frozen ledger, whose partitions another ledger takes meanwhile', async () => {
    cluster = await Cluster.open();
    await undisturbedAtTheEnd(async () => {
      await cluster.startAll({ ingestion: 1, ledger: 2, billing: 1 });
      await cluster.publishBook();
      const load = cluster.deliver(LINES, LINES_OF_REQUEST);
      await cluster.storeProcess.kill();
      await untilNotReady(cluster.alive('ledger')[0], 'store');
      await cluster.restartStore();
      const [frozen] = cluster.alive('ledger');
      frozen?.signal('SIGSTOP');
      await pause(FROZEN_MS);
      frozen?.signal('SIGCONT');
      await load;
    });
  });

  it('outlive a broker that is cut off, tell that they live and are not ready, and fold a whole redelivery as duplicates', async () => {
    const proxy = await openBrokerProxy(kafkaBrokers()[0] ?? '');
    cluster = await Cluster.open({ brokers: [proxy.address] });
    await undisturbedAtTheEnd(async () => {
      await cluster.startAll({ ingestion: 1, ledger: 1, billing: 1 });
      await cluster.publishBook();
      await cluster.deliver(LINES.slice(0, HALF), LINES_OF_REQUEST);
      proxy.cut();
      await untilNotReady(cluster.alive('ledger')[0], 'feed');
      await untilNotReady(cluster.alive('ingestion')[0], 'feed');
      proxy.heal();
      await cluster.deliver(LINES.slice(HALF), LINES_OF_REQUEST);
      await cluster.settle();
      await redeliver();
    });
    await proxy.close();
  });

  /** Brings it to rest after the fault and checks everything. */
  async function undisturbedAtTheEnd(fault: () => Promise<void>): Promise<void> {
    try {
      await fault();
      await cluster.settle();
      expect(await cluster.outcome(LINES)).toEqual({ digest: expected, breaches: [], leaks: [] });
    } finally {
      expect(new Set(await cluster.close())).toEqual(new Set(['0']));
    }
  }

  /** The group of the ledgers begins anew at offset 0. */
  async function redeliver(): Promise<void> {
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

  async function untilNotReady(app: AppProcess | undefined, engine: string): Promise<void> {
    await until(`${app?.name ?? ''} is not ready`, async () => {
      const { status, text } = (await app?.status('/health/ready')) ?? { status: 0, text: '' };
      return status === 503 && text.includes(engine);
    });
    expect((await app?.status('/health/live'))?.status).toBe(200);
  }
});
