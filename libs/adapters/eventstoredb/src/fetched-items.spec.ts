import type { RecordedEvent } from '@ledger/ports';
import { canon, parseInstant } from '@ledger/units';
import { FetchedItems } from './fetched-items';

const recordedAt = parseInstant('2026-06-01T08:15:00.000Z');

function eventAt(position: bigint, bytes = 1): RecordedEvent {
  if (recordedAt === undefined) throw new Error('the instant of this spec is none');
  const data = canon({ text: 'x'.repeat(bytes) });
  return { id: '', type: 'A', data, metadata: canon({}), stream: 's', revision: 0n, position, recordedAt };
}

describe('what was fetched', () => {
  it('lets a mark wait for the events that were announced before it', () => {
    const items = new FetchedItems('none');
    items.addEvent(eventAt(10n));
    items.addMark({ kind: 'checkpoint', position: 30n }, 2);
    items.addMark({ kind: 'caught-up' }, 2);
    expect(items.takeBatch(9)).toMatchObject({ position: 10n, caughtUp: false });
    items.addEvent(eventAt(20n));
    expect(items.takeBatch(9)).toMatchObject({ position: 20n, caughtUp: false });
    items.addEvent(eventAt(25n));
    expect(items.takeBatch(9)).toMatchObject({ position: 30n, caughtUp: true });
  });

  it('ends a batch at its number of events, at its bytes, and where all stored ones were told', () => {
    const items = new FetchedItems(5n);
    for (const position of [10n, 20n, 30n]) items.addEvent(eventAt(position));
    expect(items.takeBatch(2)).toMatchObject({ position: 20n });
    for (const position of [40n, 50n, 60n]) items.addEvent(eventAt(position, 3 * 1024 * 1024));
    expect(items.takeBatch(9).events.map((event) => event.position)).toEqual([30n, 40n, 50n]);
    items.addMark({ kind: 'caught-up' }, 0);
    items.addEvent(eventAt(70n));
    expect(items.takeBatch(9)).toMatchObject({ position: 60n, caughtUp: true });
    expect(items.takeBatch(9)).toMatchObject({ position: 70n, caughtUp: true });
    expect([items.length, items.bytes]).toEqual([0, 0]);
  });

  it('never goes back behind where it began', () => {
    const items = new FetchedItems(100n);
    items.addMark({ kind: 'checkpoint', position: 7n }, 0);
    expect(items.takeBatch(9)).toEqual({ events: [], position: 100n, caughtUp: false });
    expect(new FetchedItems('none').takeBatch(9).position).toBe(0n);
  });
});
