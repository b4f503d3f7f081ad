import { meterEvent } from '../support/events';
import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { onlySessionOf, told } from '../support/whole-ledger';

const both = (at: string, imported: string, exported: string): object => ({
  at,
  values: [
    { measurand: 'Energy.Active.Import.Register', value: imported, unit: 'Wh' },
    { measurand: 'Energy.Active.Export.Register', value: exported, unit: 'Wh' },
  ],
});
const event = (kind: 'started' | 'ended', at: string, imported: string, exported: string) =>
  meterEvent({ kind, at, data: { readings: [both(at, imported, exported)] } });

describe('a car that feeds energy back', () => {
  it('has its export recorded apart, and billed as import never', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    await told(
      pipeline,
      event('started', '2026-06-01T08:00:00Z', '1000', '200'),
      event('ended', '2026-06-01T10:00:00Z', '6000', '3200'),
    );
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'closed', energyWh: '5000', exportedWh: '3000', holds: [] });
    expect(session.findings.map(({ code }) => code)).toContain('export-recorded');
    // 5 kWh at 0.30, and 1.
    expect(session.charge).toMatchObject({ state: 'final', totalExclTax: '2.5' });
    await pipeline.end();
  });
});
