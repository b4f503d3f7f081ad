import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, onlySessionOf, receiptsOf, told } from '../support/whole-ledger';

const START = { connectorId: 1, idTag: '04A1', meterStart: 1000, timestamp: '2026-06-01T08:00:00Z' };

describe('scenario 3, from raw frames to money: a start is sent again and answered with another transaction id', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
  });
  afterAll(() => pipeline.end());

  it('makes one session under both ids, and one charge', async () => {
    await told(pipeline, call16('StartTransaction', START, { messageId: 'm-1' }), answer16('m-1', 77));
    await pipeline.restart();
    await told(pipeline, call16('StartTransaction', START, { messageId: 'm-9' }), answer16('m-9', 78));
    const stop = { transactionId: 78, meterStop: 9000, timestamp: '2026-06-01T10:00:00Z' };
    await told(pipeline, call16('StopTransaction', stop, { messageId: 'stop' }));
    const charge = { state: 'final', totalInclTax: '4.046' };
    expect(await onlySessionOf(pipeline)).toMatchObject({
      transaction: '77',
      aliases: ['78'],
      energyWh: '8000',
      charge,
    });
    expect(await receiptsOf(pipeline, 'm-')).toEqual([
      { message: 'm-1', verdict: 'recorded' },
      { message: 'm-9', verdict: 'duplicate' },
    ]);
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });
});
