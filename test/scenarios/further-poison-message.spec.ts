import { sessionEvents } from '../support/events';
import { publishTestBook } from '../support/fleet';
import { Pipeline, TENANT } from '../support/pipeline';
import { onlySessionOf } from '../support/whole-ledger';

describe('a message on the feed that nobody can read', () => {
  it.each([
    ['no JSON', '{"not'],
    ['no statement', '{"v":1}'],
    ['bytes that are no text', '\u00ff\u00fe'],
    ['nothing', ''],
  ])('is set aside and stalls nobody on its partition: %s', async (_, poison) => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const [begin, end] = sessionEvents({
      registers: [
        ['2026-06-01T08:00:00Z', '1000'],
        ['2026-06-01T10:00:00Z', '9000'],
      ],
    });
    await pipeline.send([begin]);
    await pipeline.feed.publish('meter-events', [{ key: `${TENANT}:ST-1`, value: Buffer.from(poison, 'latin1') }]);
    await pipeline.send([end]);
    await pipeline.settle();
    expect(await onlySessionOf(pipeline)).toMatchObject({ status: 'closed', energyWh: '8000' });
    const { rows } = await pipeline.model.page({ table: 'quarantine', order: 'by-id', limit: 5 });
    expect(rows).toHaveLength(1);
    await pipeline.restart();
    expect(await pipeline.settle()).toEqual({});
    await pipeline.end();
  });
});
