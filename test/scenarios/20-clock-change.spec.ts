import { sessionEvents } from '../support/events';
import { Pipeline } from '../support/pipeline';
import { priceCases, totalOf } from '../support/price-cases';
import { onlySessionOf, publishTariffs, tariffOf, told } from '../support/whole-ledger';

const energy = (price: number): object => ({ price_components: [{ type: 'ENERGY', price, step_size: 1 }] });
const NIGHT = { ...energy(2), restrictions: { start_time: '02:00', end_time: '03:00' } };

describe('scenario 20: a session over the hour that comes twice, and over the one that is skipped', () => {
  it.each(priceCases(20))('as a price case: %s', (_, one) => {
    expect(totalOf(one)).toEqual(one.total);
  });

  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = Pipeline.open();
    pipeline.clock.pass(365 * 86_400_000);
    await publishTariffs(pipeline, [{ tariff: tariffOf('T-1', NIGHT, energy(1)) }]);
  });
  afterEach(() => pipeline.end());

  it.each([
    // 01:00 to 04:00 over the repeated hour: four hours, of which two lie between two and three.
    ['twice', { from: '2026-10-24T23:00:00Z', to: '2026-10-25T03:00:00Z', register: '5000' }, '6'] as const,
    // 01:00 to 04:00 over the skipped hour: two hours, none between two and three.
    ['never', { from: '2027-03-28T00:00:00Z', to: '2027-03-28T02:00:00Z', register: '3000' }, '2'] as const,
  ])(
    'bills each hour once, in the zone of the location: the hour comes %s',
    async (_, { from, to, register }, total) => {
      const registers = [[from, '1000'] as const, [to, register] as const];
      await told(pipeline, ...sessionEvents({ registers }));
      const session = await onlySessionOf(pipeline);
      expect(session).toMatchObject({ status: 'closed', timeZone: 'Europe/Berlin' });
      expect(session.charge).toMatchObject({ state: 'final', totalExclTax: total });
      expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
    },
  );
});
