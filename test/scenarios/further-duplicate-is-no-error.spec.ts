import { sessionEvents } from '../support/events';
import { Pipeline } from '../support/pipeline';
import { receiptsOf } from '../support/whole-ledger';

describe('a producer that sends everything twice', () => {
  it('is never refused: every message is taken, and answered with duplicate', async () => {
    const pipeline = Pipeline.open();
    const events = sessionEvents({
      registers: [
        ['2026-06-01T08:00:00Z', '1000'],
        ['2026-06-01T10:00:00Z', '9000'],
      ],
    });
    for (const verdict of ['recorded', 'duplicate', 'duplicate']) {
      expect(await pipeline.send(events)).toMatchObject({ accepted: 2, quarantined: [] });
      expect(await pipeline.settle()).toEqual({ [verdict]: 2 });
    }
    expect(await pipeline.send([...events, ...events])).toMatchObject({ accepted: 4, quarantined: [] });
    expect(await pipeline.settle()).toEqual({ duplicate: 4 });
    const verdicts = (await receiptsOf(pipeline)).map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === 'recorded')).toHaveLength(2);
    expect(verdicts.filter((verdict) => verdict === 'duplicate')).toHaveLength(8);
    await pipeline.end();
  });
});
