import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { answer16, call16, event201, onlySessionOf, register16, told } from '../support/whole-ledger';

describe('registers with fractions, and registers that are none', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
  });
  afterEach(() => pipeline.end());

  it('keeps fractions of a Wh to the digit, also where a double could not', async () => {
    const event = (seqNo: number, eventType: string, hour: string, value: string): string =>
      JSON.stringify(
        event201({
          seqNo,
          eventType,
          timestamp: `2026-06-01T${hour}:00:00Z`,
          triggerReason: 'Trigger',
          transactionInfo: { transactionId: 'tx-1' },
          meterValue: [{ timestamp: `2026-06-01T${hour}:00:00Z`, sampledValue: [{ value: '@' }] }],
        }),
      ).replace('"@"', value);
    const { quarantined } = await pipeline.sendTexts([
      { text: event(0, 'Started', '08', '123456789012.123412345600') },
      { text: event(1, 'Ended', '10', '123456789012.123422345700') },
    ]);
    expect(quarantined).toEqual([]);
    await pipeline.settle();
    expect(await onlySessionOf(pipeline)).toMatchObject({ energyWh: '0.0000100001' });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });

  it('takes a meterStop of -1 for no register, and the last reading in its place', async () => {
    const start = { connectorId: 1, idTag: '04A1', meterStart: 1000, timestamp: '2026-06-01T08:00:00Z' };
    const transactionData = [register16('2026-06-01T09:59:00Z', '9000')];
    const stop = { transactionId: 77, meterStop: -1, timestamp: '2026-06-01T10:00:00Z', transactionData };
    await told(pipeline, call16('StartTransaction', start, { messageId: 'm-1' }), answer16('m-1', 77));
    expect(await told(pipeline, call16('StopTransaction', stop, { messageId: 'm-2' }))).toEqual({ recorded: 1 });
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'closed', energyWh: '8000' });
    expect(session.findings.map(({ code }) => code)).toContain('final-inferred');
  });
});
