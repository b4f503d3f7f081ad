import { readGatewayMessage } from '@ledger/adapters/kafka';
import type { FeedRecord } from '@ledger/ports';
import { until } from '@ledger/ports/trial.contract';
import { Feeds, freshTopics, kafkaBrokers, nameOf } from './kafka';
import { runPython } from './python';

const feeds = new Feeds();
afterEach(() => feeds.closeAll());

interface Event {
  readonly id: string;
}

function eventOf(record: FeedRecord): Event {
  const message = readGatewayMessage(record);
  if (message.kind !== 'event') throw new Error(`${message.code}: ${message.reason}`);
  return JSON.parse(message.json) as Event;
}

describe('a gateway written in Python', () => {
  it('is understood in every mode, with every compression and either client', async () => {
    const settings = await freshTopics(3);
    const ids = JSON.parse(
      await runPython('gateway.py', kafkaBrokers().join(','), nameOf(settings, 'gateway-messages')),
    ) as string[];
    const records: FeedRecord[] = [];
    const consumption = feeds.of(settings).consume({ topic: 'gateway-messages', group: 'ingestion' }, async (batch) => {
      records.push(...batch.records);
      await batch.commitThrough(batch.records.at(-1)?.offset ?? -1n);
    });
    await until('all events came', () => records.length >= ids.length);
    await consumption.stop();
    const events = records.map(eventOf);
    expect(events.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(ids).toHaveLength(13);
    for (const event of events.filter(({ id }) => id !== 'bare')) expect(event).toMatchObject(EXPECTED);
    const keyed = records.filter(({ key }) => key !== null);
    expect(keyed.map(({ key }) => key)).toEqual(Array.from({ length: 12 }, () => 'default:ST-0042'));
  });
});

const EXPECTED = {
  specversion: '1.0',
  source: '/gateways/gw-7',
  type: 'ledger.meter.updated.v1',
  subject: 'ST-0042/1/1',
  partitionkey: 'default:ST-0042',
  data: { transaction: '7d0c', readings: [{ values: [{ value: '1613.50' }] }] },
};
