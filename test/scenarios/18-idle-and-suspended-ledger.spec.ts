import { findCharge } from '@ledger/usecases';

import { meterEvent } from '../support/events';
import { Pipeline, TENANT } from '../support/pipeline';
import { onlySessionOf, publishTariffs, tariffOf, told } from '../support/whole-ledger';

/** Parking costs 6 an hour after the first fifty minutes: forty of charging, and ten of grace. */
const PARKING = tariffOf(
  'T-1',
  { price_components: [{ type: 'ENERGY', price: 1, step_size: 1 }] },
  { price_components: [{ type: 'PARKING_TIME', price: 6, step_size: 1 }], restrictions: { min_duration: 3_000 } },
);

const state = (at: string, chargingState: string): object =>
  meterEvent({ kind: 'updated', at: `2026-06-01T${at}:00Z`, data: { chargingState } });
const START = meterEvent({ kind: 'started', at: '2026-06-01T08:00:00Z', registerWh: '0' });
const STOP = meterEvent({ kind: 'ended', at: '2026-06-01T11:40:00Z', registerWh: '7000' });

describe('scenario 18, to money: the car is full after forty minutes and stays three hours', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = Pipeline.open();
    await publishTariffs(pipeline, [{ tariff: PARKING }]);
  });
  afterEach(() => pipeline.end());

  it('bills the parking after the grace, and is final only once the end is known', async () => {
    const full = meterEvent({ kind: 'updated', at: '2026-06-01T08:40:00Z', registerWh: '7000', id: 'full' });
    await told(pipeline, START, state('08:01', 'charging'), full, state('08:40', 'suspended-ev'));
    expect((await onlySessionOf(pipeline)).charge.state).toBe('running');
    await told(pipeline, STOP);
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'closed', idleSeconds: '10800', energyWh: '7000' });
    // 7 kWh at 1, and 170 minutes at 6 an hour.
    expect(session.charge).toMatchObject({ state: 'final', totalExclTax: '24' });
  });

  it('asks nothing for time in which the station withheld the power', async () => {
    await told(
      pipeline,
      START,
      state('08:01', 'charging'),
      state('09:00', 'suspended-evse'),
      state('10:00', 'charging'),
      state('11:10', 'suspended-ev'),
      STOP,
    );
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ suspendedSeconds: '3600', idleSeconds: '1800' });
    // 7 kWh at 1, and half an hour at 6.
    expect(session.charge).toMatchObject({ state: 'final', totalExclTax: '10' });
    const { store, model } = pipeline;
    const ports = { store, model, bookOf: (tenant: string) => pipeline.bookOf(tenant) };
    const charge = await findCharge(ports, TENANT, session.id);
    const parked = charge?.charge?.lines.filter(({ dimension }) => dimension === 'PARKING_TIME') ?? [];
    expect(parked.map(({ exclTax }) => exclTax)).toEqual(['3']);
  });
});
