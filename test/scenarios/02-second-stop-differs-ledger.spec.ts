import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, onlySessionOf, receiptsOf, told } from '../support/whole-ledger';

const START = { connectorId: 1, idTag: '04A1', meterStart: 1000, timestamp: '2026-06-01T08:00:00Z' };
const stop = (meterStop: number): object => ({ transactionId: 77, meterStop, timestamp: '2026-06-01T10:00:00Z' });

describe('scenario 2, from raw frames to money: a second stop of the same transaction states another register', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
  });
  afterAll(() => pipeline.end());

  it('keeps both, says which is the basis, and holds the charge', async () => {
    await told(pipeline, call16('StartTransaction', START, { messageId: 'm-1' }), answer16('m-1', 77));
    await told(pipeline, call16('StopTransaction', stop(9000), { messageId: 'stop-1' }));
    expect(await told(pipeline, call16('StopTransaction', stop(99000), { messageId: 'stop-2' }))).toEqual({
      conflicting: 1,
    });
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'held', energyWh: '8000', statements: 4, charge: { state: 'held' } });
    expect(session.holds.map(({ rule }) => rule)).toEqual(['conflicting-evidence']);
    expect(await receiptsOf(pipeline, 'stop-')).toEqual([
      { message: 'stop-1', verdict: 'recorded' },
      { message: 'stop-2', verdict: 'conflicting' },
    ]);
    expect(await told(pipeline, call16('StopTransaction', stop(99000), { messageId: 'stop-3' }))).toEqual({
      duplicate: 1,
    });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });
});
