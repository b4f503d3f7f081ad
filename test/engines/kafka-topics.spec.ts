import { createTopics } from '@ledger/adapters/kafka';
import { reasonOf } from '@ledger/ports/trial.contract';
import { ConfigResourceTypes } from 'kafkajs';
import { asAdmin, freshSettings, nameOf } from './kafka';

const statuses = (reports: Awaited<ReturnType<typeof createTopics>>): Record<string, string> =>
  Object.fromEntries(reports.map(({ topic, status }) => [topic, status]));

describe('createTopics', () => {
  it('creates what is missing, finds it as planned the next time, and tells what differs', async () => {
    const settings = freshSettings();
    const name = nameOf(settings, 'meter-receipts');
    await asAdmin((admin) => admin.createTopics({ waitForLeaders: true, topics: [{ topic: name, numPartitions: 1 }] }));
    const plan = { partitions: 3, replication: 1 };
    expect(statuses(await createTopics(settings, plan))).toEqual({
      'gateway-messages': 'created',
      'meter-events': 'created',
      'meter-receipts': 'differs',
      'meter-quarantine': 'created',
    });
    const again = await createTopics(settings, plan);
    expect(statuses(again)).toMatchObject({ 'gateway-messages': 'as planned', 'meter-receipts': 'differs' });
    expect(again.find(({ topic }) => topic === 'meter-receipts')?.differences).toEqual([
      { setting: 'partitions', planned: '3', found: '1' },
      { setting: 'message.timestamp.type', planned: 'LogAppendTime', found: 'CreateTime' },
    ]);
    const more = await createTopics(settings, { ...plan, partitions: 4 });
    expect(more[0]?.differences).toEqual([{ setting: 'partitions', planned: '4', found: '3' }]);
  });

  it('keeps records as long as planned, by the clock of the broker', async () => {
    const settings = freshSettings();
    await createTopics(settings, { partitions: 1, replication: 1 });
    const kept = await asAdmin(async (admin) => {
      const names = ['retention.ms', 'cleanup.policy', 'message.timestamp.type'];
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: (['gateway-messages', 'meter-events', 'meter-receipts', 'meter-quarantine'] as const).map(
          (topic) => ({
            type: ConfigResourceTypes.TOPIC,
            name: nameOf(settings, topic),
            configNames: names,
          }),
        ),
      });
      return resources.map(({ configEntries }) =>
        names.map((each) => configEntries.find(({ configName }) => configName === each)?.configValue),
      );
    });
    const rest = ['delete', 'LogAppendTime'];
    expect(kept).toEqual([
      ['86400000', ...rest],
      ['604800000', ...rest],
      ['604800000', ...rest],
      ['-1', ...rest],
    ]);
  });

  it('tells what the broker does not grant', async () => {
    const reason = reasonOf(createTopics(freshSettings(), { partitions: 1, replication: 9 }));
    expect(await reason).toMatchObject({ code: 'feed-unavailable' });
    const bad = reasonOf(createTopics(freshSettings(), { partitions: 0, replication: 1 }));
    expect(await bad).toMatchObject({ code: 'bad-kafka-settings' });
  });
});
