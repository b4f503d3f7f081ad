import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, register16, sessionsOf, told } from '../support/whole-ledger';

describe('a power loss in the middle, after which the station goes on under a new transaction id', () => {
  it('makes two sessions that share no energy, the first bounded by the second', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const start = (meterStart: number, timestamp: string): object => ({
      connectorId: 1,
      idTag: '04A1',
      meterStart,
      timestamp,
    });
    await told(
      pipeline,
      call16('StartTransaction', start(1000, '2026-06-01T08:00:00Z'), { messageId: 'm-1' }),
      answer16('m-1', 77),
      call16(
        'MeterValues',
        { connectorId: 1, transactionId: 77, meterValue: [register16('2026-06-01T09:00:00Z', '4000')] },
        { messageId: 'm-2' },
      ),
      call16('StartTransaction', start(4200, '2026-06-01T09:30:00Z'), { messageId: 'm-3' }),
      answer16('m-3', 78),
      call16(
        'StopTransaction',
        { transactionId: 78, meterStop: 9000, timestamp: '2026-06-01T11:00:00Z' },
        { messageId: 'm-4' },
      ),
    );
    const [first, second, ...others] = await sessionsOf(pipeline);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ transaction: '77', status: 'provisional', energyWh: '3000' });
    expect(first?.findings).toContainEqual(expect.objectContaining({ code: 'end-bounded', bound: '4200' }));
    expect(second).toMatchObject({ transaction: '78', status: 'closed', energyWh: '4800', holds: [] });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
    await pipeline.end();
  });
});
