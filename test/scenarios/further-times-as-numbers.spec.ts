import { meterEvent } from '../support/events';
import { publishTestBook } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { sessionsOf } from '../support/whole-ledger';

describe('a time of day in milliseconds or seconds since 1970 instead of a date', () => {
  it.each([
    [1_780_300_800_000, 'field-type'],
    [1_780_300_800, 'field-type'],
    ['1780300800000', 'at-invalid'],
    ['1780300800', 'at-invalid'],
  ])('is refused by name and not taken for another time: %p', async (time, refusal) => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const event = { ...meterEvent({ kind: 'started', at: '2026-06-01T08:00:00Z', registerWh: '1000' }), time };
    const { accepted, quarantined } = await pipeline.send([event]);
    expect(accepted).toBe(0);
    expect(quarantined.map(({ code }) => code)).toEqual([refusal]);
    await pipeline.settle();
    expect(await sessionsOf(pipeline)).toEqual([]);
    await pipeline.end();
  });
});
