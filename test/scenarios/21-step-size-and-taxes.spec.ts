import { Exact, instantOf } from '@ledger/units';
import { findCharge } from '@ledger/usecases';
import type { ChargeView } from '@ledger/usecases';

import { meterEvent } from '../support/events';
import { Pipeline, TENANT } from '../support/pipeline';
import { priceCases, totalOf, workedExamples } from '../support/price-cases';
import type { PriceCase, StatedPeriod } from '../support/price-cases';
import { onlySessionOf, publishTariffs, tariffOf, told } from '../support/whole-ledger';

/** Worked examples of metered sessions in which a step_size rounds: energy, time and parking, one element or several. */
const STEPS = workedExamples(/^(?!reservation|the example CDR).*(steps? |step_size|switching|billed as)/);
/** Berlin is two hours ahead of UTC in June; the examples are written in local time. */
const AHEAD_MS = 2 * 3_600_000;

/** The meter events of an example: a register that rises by its energy (by 1 kWh where it states none), and the state. */
function eventsOf({ line: { session } }: PriceCase): readonly object[] {
  const periods = session.charging_periods ?? [];
  let registerWh = new Exact(100_000);
  const events = periods.map((period, index) => {
    const { isParking, energyWh } = saidBy(period);
    const data = { seqNo: index, chargingState: isParking ? 'suspended-ev' : 'charging' };
    const at = utc(period.start_date_time);
    const event = meterEvent({ kind: index === 0 ? 'started' : 'updated', at, registerWh: registerWh.toFixed(), data });
    registerWh = registerWh.plus(energyWh);
    return event;
  });
  const end = { kind: 'ended', at: utc(session.end_date_time), registerWh: registerWh.toFixed() } as const;
  return [...events, meterEvent({ ...end, data: { seqNo: periods.length } })];
}

function saidBy({ dimensions }: StatedPeriod): { readonly isParking: boolean; readonly energyWh: Exact } {
  const volume = (type: string): string | undefined => dimensions.find((one) => one.type === type)?.volume;
  const isParking = volume('PARKING_TIME') !== undefined;
  return { isParking, energyWh: new Exact(volume('ENERGY') ?? (isParking ? '0' : '1')).times(1_000) };
}

function utc(local: string): string {
  return instantOf(Date.parse(local) - AHEAD_MS) ?? '';
}

describe('scenario 21: steps over energy and time, over several elements, and taxes of several rates', () => {
  it.each(priceCases(21))('as a price case: %s', (_, one) => {
    expect(totalOf(one)).toEqual(one.total);
  });

  let pipeline: Pipeline;
  beforeEach(() => {
    pipeline = Pipeline.open();
    pipeline.clock.pass(86_400_000);
  });
  afterEach(() => pipeline.end());

  /** What the ledger makes of meter events under these elements; a replay has to make the same. */
  async function charged(elements: readonly object[], events: readonly object[]): Promise<ChargeView> {
    await publishTariffs(pipeline, [{ tariff: tariffOf('T-1', ...elements) }]);
    await told(pipeline, ...events);
    const { id } = await onlySessionOf(pipeline);
    const { store, model } = pipeline;
    const view = await findCharge({ store, model, bookOf: (tenant) => pipeline.bookOf(tenant) }, TENANT, id);
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
    if (view?.state !== 'final') throw new Error(JSON.stringify(view));
    return view;
  }

  it('has the worked examples to go by', () => {
    expect(STEPS.length).toBeGreaterThanOrEqual(11);
  });

  it.each(STEPS)('charges metered sessions as OCPI works it out: %s', async (_, one) => {
    const { charge } = await charged(one.line.tariff?.elements ?? [], eventsOf(one));
    expect({ excl: charge?.totalExclTax, incl: charge?.totalInclTax }).toEqual(one.total);
  });

  const hour = (elements: readonly object[], energyWh = '1000'): Promise<ChargeView> =>
    charged(elements, [
      meterEvent({ kind: 'started', at: '2026-06-01T08:00:00Z', registerWh: '5000', data: { seqNo: 0 } }),
      meterEvent({
        kind: 'ended',
        at: '2026-06-01T09:00:00Z',
        registerWh: new Exact(5_000).plus(energyWh).toFixed(),
        data: { seqNo: 1 },
      }),
    ]);

  it('does not round by a step of 0', async () => {
    const { charge } = await hour([{ price_components: [{ type: 'ENERGY', price: 1, step_size: 0 }] }], '1000.5');
    expect(charge).toMatchObject({ totalExclTax: '1.0005', lines: [{ measured: '1.0005', billed: '1.0005' }] });
  });

  it('rounds half up once, in the total, and the lines still add up to it', async () => {
    const price = '0.00005';
    const components = ['FLAT', 'ENERGY', 'TIME'].map((type) => ({ type, price, step_size: 1 }));
    const { charge } = await hour([{ price_components: components }]);
    // Each of the three would be 0.0001 if it were rounded by itself.
    expect(charge?.totalExclTax).toBe('0.0002');
    expect(charge?.lines.map(({ exclTax }) => exclTax).sort()).toEqual(['0', '0.0001', '0.0001']);
  });

  it('adds three rates of VAT per component, and the tax lines are the difference of the totals to the digit', async () => {
    const components = [
      { type: 'FLAT', price: '0.333', vat: '19', step_size: 1 },
      { type: 'ENERGY', price: '0.2717', vat: '7', step_size: 1 },
      { type: 'TIME', price: '1.111', vat: '5.5', step_size: 1 },
    ];
    const { charge } = await hour([{ price_components: components }], '3333.333');
    // 3334 whole Wh: 0.333, 0.9058478 and 1.111; with 19, 7 and 5.5 % on top 2.537632146.
    expect(charge).toMatchObject({ totalExclTax: '2.3498', totalInclTax: '2.5376' });
    expect(charge?.taxes.map(({ rate }) => rate).sort()).toEqual(['19', '5.5', '7']);
    const taxes = (charge?.taxes ?? []).reduce((sum, { amount }) => sum.plus(amount), new Exact(0));
    expect(taxes.toFixed()).toBe(new Exact('2.5376').minus('2.3498').toFixed());
    const lines = (charge?.lines ?? []).reduce((sum, { tax }) => sum.plus(tax), new Exact(0));
    expect(lines.toFixed()).toBe(taxes.toFixed());
  });
});
