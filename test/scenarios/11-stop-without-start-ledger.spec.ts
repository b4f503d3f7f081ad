import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { call16, onlySessionOf, register16, told } from '../support/whole-ledger';

describe('scenario 11, from raw frames to money: a stop for a transaction that never started here', () => {
  it('is taken, opens a session that says so, and asks nobody for money', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const transactionData = [register16('2026-06-01T09:00:00Z', '8000')];
    const stop = { transactionId: 5, meterStop: 9000, timestamp: '2026-06-01T10:00:00Z', transactionData };
    expect(await told(pipeline, call16('StopTransaction', stop, { messageId: 'm-1' }))).toEqual({ recorded: 1 });
    pipeline.clock.pass(2 * 86_400_000);
    await pipeline.closeDue();
    await pipeline.project();
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ transaction: '5', status: 'held' });
    expect(session.findings.map(({ code }) => code)).toContain('no-start');
    expect(session.holds.map(({ rule }) => rule)).toContain('no-start');
    expect(['held', 'unpriced']).toContain(session.charge.state);
    const { rows } = await pipeline.model.page({ table: 'charges', order: 'by-id', limit: 5 });
    expect(rows.map(({ columns }) => columns.state)).not.toContain('final');
    await pipeline.end();
  });
});
