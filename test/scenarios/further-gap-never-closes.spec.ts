import { meterEvent } from '../support/events';
import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { onlySessionOf, told } from '../support/whole-ledger';

const HOUR_MS = 3_600_000;
const event = (kind: 'started' | 'updated' | 'ended', hour: string, registerWh: string, seqNo: number) =>
  meterEvent({ kind, at: `2026-06-01T${hour}:00:00Z`, registerWh, data: { seqNo } });

describe('a sequence number that never comes', () => {
  it('keeps the session open for the time of grace, then lets it close and names the gap', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    await told(pipeline, event('started', '08', '1000', 0), event('updated', '09', '4000', 1));
    await told(pipeline, event('ended', '11', '9000', 3));
    expect(await onlySessionOf(pipeline)).toMatchObject({ status: 'open', charge: { state: 'running' } });
    expect(await pipeline.closeDue()).toBe(0);
    pipeline.clock.pass(HOUR_MS);
    expect(await pipeline.closeDue()).toBe(1);
    await pipeline.project();
    const session = await onlySessionOf(pipeline);
    expect(session).toMatchObject({ status: 'closed', energyWh: '8000', gaps: ['2'], charge: { state: 'final' } });
    expect(session.findings).toContainEqual(expect.objectContaining({ code: 'gap' }));
    expect(await told(pipeline, event('updated', '10', '7000', 2))).toEqual({ late: 1 });
    expect(await onlySessionOf(pipeline)).toMatchObject({ status: 'closed', energyWh: '8000', gaps: [] });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
    await pipeline.end();
  });
});
