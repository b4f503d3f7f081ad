import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { event201, onlySessionOf, register201, told } from '../support/whole-ledger';

const transactionInfo = { transactionId: 'tx-1' };

describe('a transaction that begins when a car enters the bay, hours before anybody authorises it', () => {
  it('is one session from that moment on, whose waiting is no charging', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const verdicts = await told(
      pipeline,
      event201({
        seqNo: 0,
        eventType: 'Started',
        timestamp: '2026-06-01T05:00:00Z',
        triggerReason: 'EVDetected',
        transactionInfo: { ...transactionInfo, chargingState: 'Idle' },
        meterValue: [register201('2026-06-01T05:00:00Z', 1000, 'Transaction.Begin')],
      }),
      event201({
        seqNo: 1,
        eventType: 'Updated',
        timestamp: '2026-06-01T08:00:00Z',
        triggerReason: 'Authorized',
        idToken: { idToken: '04A1', type: 'ISO14443' },
        transactionInfo: { ...transactionInfo, chargingState: 'Charging' },
        meterValue: [register201('2026-06-01T08:00:00Z', 1000)],
      }),
      event201({
        seqNo: 2,
        eventType: 'Ended',
        timestamp: '2026-06-01T10:00:00Z',
        triggerReason: 'EVDeparted',
        transactionInfo,
        meterValue: [register201('2026-06-01T10:00:00Z', 9000, 'Transaction.End')],
      }),
    );
    expect(verdicts).toEqual({ recorded: 3 });
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'closed', startedAt: '2026-06-01T05:00:00.000Z', energyWh: '8000' });
    expect(session).toMatchObject({ idleSeconds: '10800', chargingSeconds: '7200' });
    expect(session.subject).toBeDefined();
    expect(session.charge).toMatchObject({ state: 'final', totalExclTax: '3.4' });
    await pipeline.end();
  });
});
