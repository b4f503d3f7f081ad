import { meterEvent } from '../support/events';
import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { sessionsOf, told } from '../support/whole-ledger';

const event = (transaction: string, kind: 'started' | 'updated' | 'ended', at: string, registerWh: string) =>
  meterEvent({ transaction, kind, at: `2026-06-01T${at}:00Z`, registerWh });

describe('scenario 12, to money: the stop comes three days after the next session began', () => {
  it('closes provisionally by the next start, then amends session and charge', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    await told(pipeline, event('a', 'started', '08:00', '1000'), event('a', 'updated', '09:00', '4000'));
    await told(pipeline, event('b', 'started', '12:00', '7000'));
    const [provisional] = await sessionsOf(pipeline);
    expect(provisional).toMatchObject({ transaction: 'a', status: 'provisional', energyWh: '3000' });
    expect(provisional?.findings).toContainEqual(expect.objectContaining({ code: 'end-bounded', bound: '7000' }));
    expect(provisional?.charge.state).toBe('running');
    const { rows } = await pipeline.model.page({ table: 'charges', order: 'by-id', limit: 5 });
    expect(rows.map(({ columns }) => columns.state)).toEqual(['running']);
    pipeline.clock.pass(3 * 86_400_000);
    await pipeline.restart();
    expect(await told(pipeline, event('a', 'ended', '09:40', '6900'))).toEqual({ late: 1 });
    const [amended] = await sessionsOf(pipeline);
    expect(amended).toMatchObject({ status: 'closed', energyWh: '5900', endedAt: '2026-06-01T09:40:00.000Z' });
    // 5.9 kWh at 0.30, and 1.
    expect(amended?.charge).toMatchObject({ state: 'final', totalExclTax: '2.77' });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
    await pipeline.end();
  });
});
