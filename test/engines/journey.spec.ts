import { Cluster } from './cluster';
import { demoLines, embeddedDigest } from './demo-lines';
import { kafkaBrokers } from './kafka';
import { databaseUrl } from './postgres-database';

jest.setTimeout(300_000);

/** A store of somebody else is used once: it must be empty. */
const EVENTSTORE_URL = process.env['EVENTSTORE_URL'];

/** Events of each data set that are sent; `all` sends the whole demo, which takes minutes. */
const OF_EACH = process.env['JOURNEY_EVENTS'] ?? '300';
const SIZE = OF_EACH === 'all' ? {} : { ofEach: Number(OF_EACH) };

/** Every third line goes by the topic of the gateways, the others over HTTP. */
const GATEWAY_SHARE = 3;

describe('the demo’s data through three apps on Kafka, PostgreSQL and the protocol of EventStoreDB', () => {
  let expected: string;
  let cluster: Cluster;

  beforeAll(async () => {
    kafkaBrokers();
    databaseUrl();
    expected = await embeddedDigest(demoLines(SIZE));
  });

  it('gives the digest of the embedded engines when everything comes in order', async () => {
    cluster = await Cluster.open(EVENTSTORE_URL === undefined ? {} : { eventStoreUrl: EVENTSTORE_URL });
    await journey(demoLines(SIZE));
  });

  it('gives the same digest when everything comes twice and shuffled', async () => {
    cluster = await Cluster.open();
    await journey(demoLines({ ...SIZE, shuffle: '7', twice: true }));
  });

  async function journey(lines: readonly string[]): Promise<void> {
    try {
      await cluster.startAll({ ingestion: 1, ledger: 1, billing: 1 });
      await cluster.publishBook();
      await Promise.all([
        cluster.deliver(lines.filter((_, at) => at % GATEWAY_SHARE > 0)),
        cluster.writeAsGateway(lines.filter((_, at) => at % GATEWAY_SHARE === 0)),
      ]);
      await cluster.settle();
      expect(await cluster.outcome(lines)).toEqual({ digest: expected, breaches: [], leaks: [] });
    } finally {
      expect(await cluster.close()).toEqual(['0', '0', '0']);
    }
  }
});
