import { sessionEvents } from '../support/events';
import { Pipeline } from '../support/pipeline';
import { onlySessionOf, publishTariffs, tariffOf, told } from '../support/whole-ledger';

const PARKING = tariffOf('T-1', {
  price_components: [
    { type: 'TIME', price: 2, step_size: 60 },
    { type: 'PARKING_TIME', price: 6, step_size: 60 },
  ],
});

describe('scenario 17, to money: four days on a broken connector, 0.003 kWh', () => {
  it('is held by name, so that no fee for time is asked', async () => {
    const pipeline = Pipeline.open();
    await publishTariffs(pipeline, [{ tariff: PARKING }]);
    pipeline.clock.pass(5 * 86_400_000);
    await told(
      pipeline,
      ...sessionEvents({
        registers: [
          ['2026-06-01T08:00:00Z', '1000'],
          ['2026-06-05T08:00:00Z', '1003'],
        ],
      }),
    );
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'held', energyWh: '3', charge: { state: 'held' } });
    expect(session.holds.map(({ rule }) => rule)).toEqual(['time-without-energy']);
    await pipeline.end();
  });
});
