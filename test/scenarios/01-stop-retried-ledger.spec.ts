import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, eventsIn, onlySessionOf, receiptsOf, register16, told } from '../support/whole-ledger';

const DAY_MS = 86_400_000;

const START = { connectorId: 1, idTag: '04A1', meterStart: 1000, timestamp: '2026-06-01T08:00:00Z' };
const SAMPLE = register16('2026-06-01T09:00:00Z', '5000');
const STOP = {
  transactionId: 77,
  meterStop: 9000,
  timestamp: '2026-06-01T10:00:00Z',
  transactionData: [SAMPLE, register16('2026-06-01T10:00:00Z', '9000')],
};

describe('scenario 1, from raw frames to money: a stop is retried five times, also after a restart and 40 days later', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
  });
  afterAll(() => pipeline.end());

  it('bills once, answers every retry with duplicate, and appends nothing', async () => {
    const first = await told(
      pipeline,
      call16('StartTransaction', START, { messageId: 'm-1' }),
      answer16('m-1', 77),
      call16('MeterValues', { connectorId: 1, transactionId: 77, meterValue: [SAMPLE] }, { messageId: 'm-2' }),
      call16('StopTransaction', STOP, { messageId: 'stop' }),
    );
    expect(first).toEqual({ recorded: 4 });
    const charge = { state: 'final', totalExclTax: '3.4', totalInclTax: '4.046' };
    expect(await onlySessionOf(pipeline)).toMatchObject({ status: 'closed', energyWh: '8000', charge });
    const [digest, events] = [await pipeline.liveDigest(), await eventsIn(pipeline)];

    for (const retry of [1, 2, 3])
      expect(await told(pipeline, call16('StopTransaction', STOP, { messageId: `retry-${retry}` }))).toEqual({
        duplicate: 1,
      });
    await pipeline.restart();
    expect(await told(pipeline, call16('StopTransaction', STOP, { messageId: 'retry-4' }))).toEqual({ duplicate: 1 });
    pipeline.clock.pass(40 * DAY_MS);
    expect(await told(pipeline, call16('StopTransaction', STOP, { messageId: 'retry-5' }))).toEqual({ duplicate: 1 });

    expect(await receiptsOf(pipeline, 'retry-')).toEqual(
      [1, 2, 3, 4, 5].map((retry) => ({ message: `retry-${retry}`, verdict: 'duplicate' })),
    );
    expect(await eventsIn(pipeline)).toBe(events);
    expect(await pipeline.liveDigest()).toBe(digest);
    expect(await pipeline.replayDigest()).toBe(digest);
  });
});
