import { randomUUID } from 'node:crypto';
import { canon } from '@ledger/units';
import { all, fact, facts, typesIn } from './event-store-facts.contract';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  eventBytes,
  RevisionConflict,
  type EventStore,
  type NewEvent,
} from './event-store';
import { reasonOf, unique } from './trial.contract';

/** The part of the contract for writers that meet. */
export function appendedConcurrently(store: () => EventStore): void {
  it('lets exactly one of many win at the same revision, whole', async () => {
    const stream = unique('session');
    const writers = Array.from({ length: 8 }, (_, writer) => [fact(`Of${writer}`), fact(`Of${writer}`)]);
    const outcomes = await Promise.allSettled(writers.map((events) => store().append(stream, 'none', events)));
    const winners = outcomes.flatMap((outcome, writer) => (outcome.status === 'fulfilled' ? [writer] : []));
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RevisionConflict);
    }
    expect(await typesIn(store(), stream)).toEqual([`Of${winners[0]}`, `Of${winners[0]}`]);
  });

  it('loses nothing when all try again from the revision they are told', async () => {
    const stream = unique('session');
    const write = async (): Promise<void> => {
      const events = [fact('Mine')];
      for (let expected: bigint | 'none' = 'none'; ;) {
        const outcome: unknown = await store()
          .append(stream, expected, events)
          .catch((reason: unknown) => reason);
        if (typeof outcome === 'bigint') return;
        if (!(outcome instanceof RevisionConflict)) throw outcome;
        expected = outcome.actual;
      }
    };
    await Promise.all(Array.from({ length: 12 }, write));
    expect((await all(store().read(stream))).map((event) => event.revision)).toHaveLength(12);
  });

  it('lets a conflict harm none of its neighbours', async () => {
    const [taken, ...free] = Array.from({ length: 20 }, () => unique('session'));
    await store().append(taken ?? '', 'none', facts(1));
    const outcomes = await Promise.allSettled(
      free.flatMap((stream) => [
        store().append(stream, 'none', facts(2)),
        store().append(taken ?? '', 'none', facts(1)),
      ]),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(free.flatMap(() => ['fulfilled', 'rejected']));
    for (const stream of free) expect(await typesIn(store(), stream)).toEqual(['Fact0', 'Fact1']);
    expect(await typesIn(store(), taken ?? '')).toEqual(['Fact0']);
  });

  it('answers the same append sent twice at once with success, and stores it once', async () => {
    const [stream, events] = [unique('session'), facts(3)];
    const twice = [store().append(stream, 'none', events), store().append(stream, 'none', events)];
    expect(await Promise.all(twice)).toEqual([2n, 2n]);
    expect(await all(store().read(stream))).toHaveLength(3);
  });
}

/** The part of the contract for sizes. */
export function keepsLimits(store: () => EventStore): void {
  it('takes as many events as the limit says, and refuses one more whole', async () => {
    const stream = unique('session');
    const tooMany = facts(APPEND_EVENTS_MAX + 1);
    expect(await reasonOf(store().append(stream, 'none', tooMany))).toMatchObject({ code: 'append-too-large' });
    expect(await typesIn(store(), stream)).toEqual([]);
    expect(await store().append(stream, 'none', facts(APPEND_EVENTS_MAX))).toBe(BigInt(APPEND_EVENTS_MAX - 1));
  });

  it('takes as many bytes as the limit says, counted in UTF-8, and refuses one more', async () => {
    const stream = unique('session');
    const [full, over] = [eventOfBytes(APPEND_BYTES_MAX), eventOfBytes(APPEND_BYTES_MAX + 1)];
    expect(await reasonOf(store().append(stream, 'none', [over]))).toMatchObject({ code: 'append-too-large' });
    expect(await store().append(stream, 'none', [full])).toBe(0n);
    expect((await all(store().read(stream)))[0]?.data).toBe(full.data);
  });
}

function eventOfBytes(bytes: number): NewEvent {
  const event = (text: string): NewEvent => ({
    id: randomUUID(),
    type: 'Big',
    data: canon({ text }),
    metadata: canon({}),
  });
  const left = bytes - eventBytes(event(''));
  const filled = event(`${'é'.repeat(Math.floor(left / 2))}${left % 2 === 1 ? 'e' : ''}`);
  expect(eventBytes(filled)).toBe(bytes);
  return filled;
}
