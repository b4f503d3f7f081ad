import { setTimeout as pause } from 'node:timers/promises';
import {
  FIRST_HALF,
  FROZEN_MS,
  LINES,
  LINES_OF_REQUEST,
  SECOND_HALF,
  faultRun,
  startOneOfEach,
  untilNotReady,
} from './fault-run';
import { HAS_BROKER_TOOLS, startBroker } from './kafka-broker';
import { kafkaBrokers } from './kafka';
import { startServer } from './postgres-server';
import { databaseUrl } from './postgres-database';
import { openBrokerProxy, openProxy, type Proxy } from './proxy';

jest.setTimeout(600_000);

/** How late everything is that passes a slow network. */
const DELAY_MS = 150;
const TEARS = 6;

/** Without the tools that start a broker (KAFKA_TOOLS) there is none that may be killed. */
const withBroker = HAS_BROKER_TOOLS ? it : it.skip;

describe('servers that fail under running apps', () => {
  withBroker('outlive a broker that is killed, started again on its files, and then frozen', async () => {
    const broker = await startBroker();
    try {
      await faultRun({ ownBroker: broker.address }, async (cluster) => {
        await startOneOfEach(cluster);
        const load = cluster.deliver(FIRST_HALF, LINES_OF_REQUEST);
        await broker.kill();
        await untilNotReady(cluster.alive('ledger')[0], 'feed');
        await broker.restart();
        await load;
        const more = cluster.deliver(SECOND_HALF, LINES_OF_REQUEST);
        broker.freeze();
        await untilNotReady(cluster.alive('ingestion')[0], 'feed');
        await pause(FROZEN_MS);
        broker.thaw();
        await more;
      });
    } finally {
      await broker.stop();
    }
  });

  it('outlive a database that is killed, started again on its files, and then frozen', async () => {
    const server = await startServer();
    try {
      await faultRun({ databaseUrl: server.url }, async (cluster) => {
        await startOneOfEach(cluster);
        const load = cluster.deliver(FIRST_HALF, LINES_OF_REQUEST);
        await server.crash();
        await load;
        const more = cluster.deliver(SECOND_HALF, LINES_OF_REQUEST);
        await server.freeze();
        await untilNotReady(cluster.alive('billing')[0], 'read model');
        await pause(FROZEN_MS);
        await server.thaw();
        await more;
      });
    } finally {
      await server.stop();
    }
  });
});

describe('a network that fails between apps and servers', () => {
  it('delays everything, ends messages in their middle, loses answers and is cut, one server after the other', async () => {
    const broker = await openBrokerProxy(kafkaBrokers()[0] ?? '');
    const database = await openProxy(new URL(databaseUrl()).host);
    const proxies: Proxy[] = [broker, database];
    const beforeStore = async (address: string): Promise<string> => {
      const proxy = await openProxy(address);
      proxies.push(proxy);
      return proxy.address;
    };
    const options = { brokers: [broker.address], databaseUrl: through(database, databaseUrl()), beforeStore };
    try {
      await faultRun(options, async (cluster) => {
        await startOneOfEach(cluster);
        const faults = FAULTS.flatMap((fault) => proxies.map((proxy) => ({ fault, proxy })));
        const each = Math.ceil(LINES.length / faults.length);
        for (const [at, { fault, proxy }] of faults.entries()) {
          const load = cluster.deliver(LINES.slice(at * each, (at + 1) * each), LINES_OF_REQUEST);
          await fault(proxy, load);
          await load;
        }
        expect(proxies.map(({ torn }) => torn)).toEqual([TEARS, TEARS, TEARS]);
      });
    } finally {
      for (const proxy of proxies) await proxy.close();
    }
  });
});

type NetworkFault = (proxy: Proxy, load: Promise<void>) => Promise<void>;

/** How long answers are lost and connections cut. */
const OUTAGE_MS = 1_500;

const FAULTS: readonly NetworkFault[] = [
  async (proxy, load) => {
    proxy.delay(DELAY_MS);
    await load;
    proxy.heal();
  },
  async (proxy) => {
    proxy.tear(TEARS);
    for (const end = performance.now() + TORN_MS_MAX; proxy.tearsLeft > 0 && performance.now() < end;) await pause(50);
  },
  async (proxy) => {
    proxy.loseAnswers();
    await pause(OUTAGE_MS);
    proxy.heal();
  },
  async (proxy) => {
    proxy.cut();
    await pause(OUTAGE_MS);
    proxy.heal();
  },
];
/** Until then so many messages have passed that all were torn. */
const TORN_MS_MAX = 30_000;

/** The same database, by way of the proxy. */
function through({ address }: Proxy, url: string): string {
  const changed = new URL(url);
  changed.host = address;
  return changed.href;
}
