import { sessionEvents } from '../support/events';
import { Pipeline } from '../support/pipeline';
import { priceCases, totalOf } from '../support/price-cases';
import { onlySessionOf, publishTariffs, tariffOf, told } from '../support/whole-ledger';

/** 16:00 to 18:00 in Berlin, 4 kWh, no reading in between. */
const EVENTS = sessionEvents({
  registers: [
    ['2026-06-01T14:00:00Z', '1000'],
    ['2026-06-01T16:00:00Z', '5000'],
  ],
});
const energy = (price: number): object => ({ price_components: [{ type: 'ENERGY', price, step_size: 1 }] });

describe('scenario 19: the price changes at 17:00 in the middle of a session, and no sample was taken then', () => {
  it.each(priceCases(19))('as a price case: %s', (_, one) => {
    expect(totalOf(one)).toEqual(one.total);
  });

  let pipeline: Pipeline;
  beforeEach(() => {
    pipeline = Pipeline.open();
    pipeline.clock.pass(86_400_000);
  });
  afterEach(() => pipeline.end());

  it('keeps the tariff of the start where another one takes over at 17:00', async () => {
    await publishTariffs(pipeline, [
      { tariff: tariffOf('T-1', energy(1)) },
      { tariff: tariffOf('T-2', energy(9)), from: '2026-06-01T15:00:00.000Z' },
    ]);
    await told(pipeline, ...EVENTS);
    expect((await onlySessionOf(pipeline)).charge).toMatchObject({ state: 'final', totalExclTax: '4' });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });

  it('splits the energy at 17:00 by time where one tariff says so', async () => {
    const evening = { ...energy(2), restrictions: { start_time: '17:00', end_time: '23:00' } };
    await publishTariffs(pipeline, [{ tariff: tariffOf('T-1', evening, energy(1)) }]);
    await told(pipeline, ...EVENTS);
    // 2 kWh at 1 and 2 kWh at 2.
    expect((await onlySessionOf(pipeline)).charge).toMatchObject({ state: 'final', totalExclTax: '6' });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });
});
