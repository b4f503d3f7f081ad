import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, sessionsOf, told } from '../support/whole-ledger';

const start = (connectorId: number, meterStart: number): object =>
  call16(
    'StartTransaction',
    { connectorId, idTag: '04A1', meterStart, timestamp: '2026-06-01T08:00:00Z' },
    { messageId: 'm-1', id: `event-${connectorId}` },
  );
const stop = (transactionId: number, meterStop: number): object =>
  call16(
    'StopTransaction',
    { transactionId, meterStop, timestamp: '2026-06-01T10:00:00Z' },
    { messageId: `stop-${transactionId}` },
  );

describe('two connectors that start in the same second, under the same message id and for the same card', () => {
  it.each([
    ['one after the other', [start(1, 1000), answer16('m-1', 77), start(2, 50_000), answer16('m-1', 78)]],
    ['both before they are answered', [start(1, 1000), start(2, 50_000), answer16('m-1', 77), answer16('m-1', 78)]],
  ])('makes two sessions: %s', async (_, starts) => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    expect(await told(pipeline, ...starts)).toEqual({ recorded: 4 });
    await told(pipeline, stop(77, 9000), stop(78, 53_000));
    const sessions = (await sessionsOf(pipeline)).toSorted((one, other) =>
      one.transaction < other.transaction ? -1 : 1,
    );
    expect(sessions).toMatchObject([
      { transaction: '77', connector: '1', energyWh: '8000', status: 'closed' },
      { transaction: '78', connector: '2', energyWh: '3000', status: 'closed' },
    ]);
    expect(sessions.map(({ holds }) => holds)).toEqual([[], []]);
    await pipeline.end();
  });
});
