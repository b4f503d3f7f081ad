import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, onlySessionOf, register16, told } from '../support/whole-ledger';

const START = { connectorId: 1, idTag: '04A1', meterStart: 1000, timestamp: '2026-06-01T08:00:00Z' };
const sample = (minute: string, transaction: object): object => ({
  connectorId: 1,
  ...transaction,
  meterValue: [register16(`2026-06-01T08:${minute}:00Z`, `1${minute}0`)],
});

describe('scenario 10, from raw frames to money: transaction ids that are missing, 0 or -1', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
  });
  afterAll(() => pipeline.end());

  it('waits for the real id, then finds all of them by connector and time, and says so', async () => {
    const offline = [
      call16('StartTransaction', START, { messageId: 'm-1' }),
      call16('MeterValues', sample('10', {}), { messageId: 'm-2' }),
      call16('MeterValues', sample('20', { transactionId: 0 }), { messageId: 'm-3' }),
      call16('MeterValues', sample('30', { transactionId: -1 }), { messageId: 'm-4' }),
      call16(
        'StopTransaction',
        { transactionId: -1, meterStop: 9000, timestamp: '2026-06-01T10:00:00Z' },
        { messageId: 'm-5' },
      ),
    ];
    expect(await told(pipeline, ...offline)).toEqual({ recorded: 5 });
    expect(await told(pipeline, answer16('m-1', 77))).toEqual({ recorded: 1 });
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ transaction: '77', status: 'closed', energyWh: '8000', statements: 6 });
    expect(session.findings).toContainEqual(expect.objectContaining({ code: 'attribution-inferred' }));
    expect(session.charge).toMatchObject({ state: 'final', totalInclTax: '4.046' });
    expect(await told(pipeline, ...offline)).toEqual({ duplicate: 5 });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });

  it('answers inferred where the session is known already', async () => {
    expect(await told(pipeline, call16('MeterValues', sample('40', {}), { messageId: 'm-6' }))).toEqual({ late: 1 });
    const start = { ...START, timestamp: '2026-06-01T11:00:00Z', meterStart: 9000 };
    await told(pipeline, call16('StartTransaction', start, { messageId: 'm-7' }), answer16('m-7', 78));
    const bare = { connectorId: 1, meterValue: [register16('2026-06-01T11:10:00Z', '9500')] };
    expect(await told(pipeline, call16('MeterValues', bare, { messageId: 'm-8' }))).toEqual({ inferred: 1 });
  });
});
