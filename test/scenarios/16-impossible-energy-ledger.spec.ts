import { sessionEvents } from '../support/events';
import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { onlySessionOf, told } from '../support/whole-ledger';

describe('scenario 16, to money: 6.82 MWh in twenty minutes', () => {
  it('is held with its rule and bound, and nothing is billed', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    await told(
      pipeline,
      ...sessionEvents({
        registers: [
          ['2026-06-01T08:00:00Z', '1000'],
          ['2026-06-01T08:20:00Z', '6821000'],
        ],
      }),
    );
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'held', energyWh: '6820000', charge: { state: 'held' } });
    // The location's own connector of 22 kW: 22,080 W for twenty-one minutes and 1 kWh.
    const rule = session.holds.find((hold) => hold.rule === 'power-impossible' && hold.bound === '8728');
    expect(rule).toMatchObject({ value: '6820000' });
    const { rows } = await pipeline.model.page({ table: 'charges', order: 'by-id', limit: 5 });
    expect(rows.map(({ columns }) => columns.state)).toEqual(['held']);
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
    await pipeline.end();
  });
});
