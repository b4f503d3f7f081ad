import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { event201, onlySessionOf, register201, told } from '../support/whole-ledger';

const transactionInfo = { transactionId: 'tx-1' };
const STARTED = event201({
  seqNo: 0,
  eventType: 'Started',
  timestamp: '2026-06-01T08:00:00Z',
  triggerReason: 'Authorized',
  transactionInfo,
  meterValue: [register201('2026-06-01T08:00:00Z', 1000, 'Transaction.Begin')],
});
const UPDATED = event201({
  seqNo: 1,
  eventType: 'Updated',
  timestamp: '2026-06-01T09:00:00Z',
  triggerReason: 'MeterValuePeriodic',
  transactionInfo,
  meterValue: [register201('2026-06-01T09:00:00Z', 4000)],
});
const ENDED = event201({
  seqNo: 2,
  eventType: 'Ended',
  timestamp: '2026-06-01T10:00:00Z',
  triggerReason: 'EVDeparted',
  offline: true,
  transactionInfo: { ...transactionInfo, stoppedReason: 'EVDisconnected' },
  meterValue: [register201('2026-06-01T10:00:00Z', 9000, 'Transaction.End')],
});
const AVAILABLE = {
  ...event201({ seqNo: 0 }, 'status'),
  data: {
    messageId: 'status',
    action: 'StatusNotification',
    payload: { timestamp: '2026-06-01T10:00:05Z', connectorStatus: 'Available', evseId: 1, connectorId: 1 },
  },
};

describe('scenario 13: a session is over by the state of its connector, and its queued end arrives afterwards', () => {
  it('counts the final values, amends the charge, and comes to the same bytes as in order', async () => {
    const late = Pipeline.open();
    await publishTestBook(late);
    await told(late, STARTED, UPDATED, AVAILABLE);
    late.clock.pass(2 * 86_400_000);
    expect(await late.closeDue()).toBe(1);
    await late.project();
    expect(await onlySessionOf(late)).toMatchObject({ status: 'provisional', energyWh: '3000' });
    expect(await told(late, ENDED)).toEqual({ late: 1 });
    const session = await onlySessionOf(late);
    expect(session).toMatchObject({ status: 'closed', energyWh: '8000', stopReason: 'EVDisconnected' });
    expect(session.charge).toMatchObject({ state: 'final', totalExclTax: '3.4' });

    const ordered = Pipeline.open();
    await publishTestBook(ordered);
    await told(ordered, STARTED, UPDATED, ENDED, AVAILABLE);
    expect(await late.liveDigest()).toBe(await ordered.liveDigest());
    expect(await late.replayDigest()).toBe(await late.liveDigest());
    await late.end();
    await ordered.end();
  });
});
