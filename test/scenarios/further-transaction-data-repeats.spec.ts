import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, onlySessionOf, register16, told } from '../support/whole-ledger';

const START = { connectorId: 1, idTag: '04A1', meterStart: 1000, timestamp: '2026-06-01T08:00:00Z' };
const SAMPLES = ['10', '20', '30', '40', '50'].map((minute) =>
  register16(`2026-06-01T08:${minute}:00Z`, `${1000 + +minute * 100}`),
);

async function sessionWith(transactionData: readonly object[]): ReturnType<typeof onlySessionOf> {
  const pipeline = Pipeline.open();
  await publishTestBook(pipeline);
  await told(pipeline, call16('StartTransaction', START, { messageId: 'm-1' }), answer16('m-1', 77));
  for (const [index, sample] of SAMPLES.entries()) {
    const values = { connectorId: 1, transactionId: 77, meterValue: [sample] };
    await told(pipeline, call16('MeterValues', values, { messageId: `mv-${index}` }));
  }
  const stop = { transactionId: 77, meterStop: 7000, timestamp: '2026-06-01T09:00:00Z', transactionData };
  await told(pipeline, call16('StopTransaction', stop, { messageId: 'stop' }));
  const session = await onlySessionOf(pipeline);
  await pipeline.end();
  return session;
}

describe('a stop whose transactionData repeats all that was sent as MeterValues', () => {
  it('counts every reading once: energy, periods and charge are those without the repetition', async () => {
    const [repeated, plain] = [await sessionWith(SAMPLES), await sessionWith([])];
    expect(repeated).toMatchObject({ energyWh: '6000', status: 'closed', findings: [], holds: [] });
    expect(repeated.periods).toEqual(plain.periods);
    expect(repeated.charge).toEqual(plain.charge);
  });
});
