import { publishTestBook } from '../support/fleet';
import { KilledPipeline } from '../support/killed-pipeline';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, onlySessionOf, sessionsOf, told } from '../support/whole-ledger';

const START = call16(
  'StartTransaction',
  { connectorId: 1, idTag: '04A1', meterStart: 1000, timestamp: '2026-06-01T08:00:00Z' },
  { messageId: 'm-1' },
);
const STOP = call16(
  'StopTransaction',
  { transactionId: 77, meterStop: 9000, timestamp: '2026-06-01T10:00:00Z' },
  { messageId: 'm-2' },
);
const TWO_HOURS_MS = 7_200_000;

async function opened(): Promise<Pipeline> {
  const pipeline = Pipeline.open();
  await publishTestBook(pipeline);
  expect(await told(pipeline, START)).toEqual({ recorded: 1 });
  expect(await sessionsOf(pipeline)).toEqual([]);
  return pipeline;
}

describe('a start whose answer never comes', () => {
  it('makes a session of its own in time, also on a silent station and after a restart', async () => {
    const pipeline = await opened();
    await pipeline.restart();
    pipeline.clock.pass(TWO_HOURS_MS);
    await pipeline.settle();
    expect((await onlySessionOf(pipeline)).transaction).toMatch(/^unanswered-[0-9a-f]{16}$/);
    await pipeline.end();
  });

  it.each(['before-append', 'after-append'].flatMap((step) => [1, 2].map((n) => ({ step, n }))))(
    'is found again by whoever follows a process that was killed at $step, time $n',
    async ({ step, n }) => {
      const pipeline = await opened();
      pipeline.clock.pass(TWO_HOURS_MS);
      const killed = new KilledPipeline(pipeline, { step, n });
      await killed.survive(() => pipeline.settle());
      expect(killed.kills).toBe(1);
      expect(await onlySessionOf(pipeline)).toMatchObject({ status: 'open', statements: 1 });
      await pipeline.end();
    },
  );

  it('goes to the session of its transaction when the answer comes after all, and leaves none behind', async () => {
    const pipeline = await opened();
    pipeline.clock.pass(TWO_HOURS_MS);
    await pipeline.settle();
    const alone = await onlySessionOf(pipeline);
    await told(pipeline, answer16('m-1', 77), STOP);
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ transaction: '77', status: 'closed', energyWh: '8000', holds: [] });
    expect(session.id).not.toBe(alone.id);
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
    await pipeline.end();
  });
});
