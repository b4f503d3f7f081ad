import { meterEvent } from '../support/events';
import { publishTestBook } from '../support/fleet';
import { Pipeline, TENANT } from '../support/pipeline';
import { answer16, call16, onlySessionOf, receiptsOf, told } from '../support/whole-ledger';

const sampled = (phase: string, value: string, unit: string): object => ({
  value,
  unit,
  phase,
  measurand: 'Energy.Active.Import.Register',
});

describe('scenario 9, from raw frames to money: registers by phase, in two units', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
  });
  afterEach(() => pipeline.end());

  it('adds the phases once, Wh and kWh alike', async () => {
    const at = (timestamp: string, ...sampledValue: readonly object[]): object => ({ timestamp, sampledValue });
    const readings = [
      at('2026-06-01T08:00:00Z', sampled('L1', '100', 'Wh'), sampled('L2', '0.2', 'kWh'), sampled('L3', '300', 'Wh')),
      at(
        '2026-06-01T10:00:00Z',
        sampled('L1', '1.1', 'kWh'),
        sampled('L2', '2200', 'Wh'),
        sampled('L3', '3.3005', 'kWh'),
      ),
    ];
    const start = { connectorId: 1, idTag: '04A1', meterStart: -1, timestamp: '2026-06-01T08:00:00Z' };
    const stop = { transactionId: 77, meterStop: -1, timestamp: '2026-06-01T10:00:00Z', transactionData: readings };
    await told(pipeline, call16('StartTransaction', start, { messageId: 'm-1' }), answer16('m-1', 77));
    await told(pipeline, call16('StopTransaction', stop, { messageId: 'm-2' }));
    expect(await onlySessionOf(pipeline)).toMatchObject({ status: 'closed', energyWh: '6000.5' });
  });

  it('sets a sample without a unit aside, whole, and never takes it for Wh', async () => {
    const unitless = {
      readings: [{ at: '2026-06-01T09:00:00Z', values: [{ measurand: 'Energy.Active.Import.Register', value: '4' }] }],
    };
    const outcome = await pipeline.send([
      meterEvent({ kind: 'started', at: '2026-06-01T08:00:00Z', registerWh: '1000' }),
      meterEvent({ kind: 'updated', at: '2026-06-01T09:00:00Z', id: 'bare', data: unitless }),
      meterEvent({ kind: 'ended', at: '2026-06-01T10:00:00Z', registerWh: '5000' }),
    ]);
    expect(outcome).toMatchObject({ accepted: 2, quarantined: [{ index: 1, id: 'bare', code: 'unit-missing' }] });
    await pipeline.settle();
    expect(await onlySessionOf(pipeline)).toMatchObject({ energyWh: '4000', statements: 2 });
    expect(await receiptsOf(pipeline, 'bare')).toEqual([{ message: 'bare', verdict: 'quarantined' }]);
    const { rows } = await pipeline.model.page({ table: 'quarantine', tenant: TENANT, order: 'by-id', limit: 5 });
    expect(rows.map(({ columns }) => columns.code)).toEqual(['unit-missing']);
  });
});
