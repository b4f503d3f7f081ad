import { Exact } from '@ledger/units';
import * as fc from 'fast-check';

import { meterEvent } from '../support/events';
import type { TestEvent } from '../support/events';
import { pieces, publishTestBook, sessions, shuffled } from '../support/fleet';
import { randomOf } from '../support/random-numbers';
import { allEvents, breaches } from '../support/invariants';
import { Pipeline, TENANT } from '../support/pipeline';

/** Runs of the property; each one opens a ledger of its own and sends everything through it. */
const RUNS = 12;

/** Sessions that run, idle, overlap with another station's, contradict themselves, lack a number, go back or have no meter. */
const EVENTS: readonly TestEvent[] = [
  ...sessions(12, 3),
  ...sessions(16, 3).filter(({ id }) => id.includes('/tx-13/') && !id.includes('/updated/')),
  meterEvent({
    ...{ station: 'ST-2', transaction: 'tx-1', kind: 'ended', at: '2026-05-01T09:30:00.000Z', registerWh: '12' },
    data: { seqNo: 4 },
    id: 'another end',
  }),
  meterEvent({ transaction: 'back', kind: 'started', at: '2026-05-09T08:00:00Z', registerWh: '5000.25' }),
  meterEvent({ transaction: 'back', kind: 'updated', at: '2026-05-09T08:30:00Z', registerWh: '0' }),
  meterEvent({ transaction: 'back', kind: 'updated', at: '2026-05-09T09:00:00Z', registerWh: '1999.75' }),
  meterEvent({ transaction: 'back', kind: 'ended', at: '2026-05-09T09:30:00Z', registerWh: '2000' }),
  meterEvent({ transaction: 'none', kind: 'started', at: '2026-05-10T08:00:00Z', data: { seqNo: 0 } }),
  meterEvent({ transaction: 'none', kind: 'ended', at: '2026-05-10T09:00:00Z', data: { seqNo: 1 } }),
];

/** How one run delivers the events: an order, what is sent again by the same or another id, the sizes of requests and batches. */
const delivery = fc.record({
  seed: fc.nat(),
  again: fc.array(fc.record({ at: fc.nat({ max: EVENTS.length - 1 }), hasOwnId: fc.boolean() }), { maxLength: 30 }),
  request: fc.integer({ min: 1, max: 80 }),
  batch: fc.integer({ min: 1, max: 60 }),
  /** How often folding goes on between requests. */
  settles: fc.integer({ min: 0, max: 3 }),
});

interface Outcome {
  readonly digest: string;
  readonly rows: readonly string[];
  readonly breaches: readonly string[];
}

jest.setTimeout(120_000);

describe('the assessments and charges of many sessions', () => {
  let inOrder: Outcome;
  beforeAll(async () => {
    inOrder = await outcomeOf(EVENTS, { request: EVENTS.length, batch: 500, settles: 0 });
  });

  it('have sums that a person can check, in order and all at once', () => {
    expect(inOrder.breaches).toEqual([]);
    const energy = inOrder.rows.map((row) => (JSON.parse(row) as { energyWh?: string }).energyWh ?? '0');
    // Twelve sessions of two steps of 1,250 Wh and their number, with 0.375 Wh more at every second one; one of number 13
    // without its middle; a register that fell to zero and went on to 2,000; one without any meter.
    const whole = Array.from({ length: 12 }, (_, number) => 2 * (1_250 + number) + (number % 2 === 0 ? 0.5 : 0));
    const expected = [...whole, 2 * 1_263, 2_000].reduce((sum, wh) => sum.plus(wh), new Exact(0)).toFixed();
    expect(energy.reduce((total, wh) => total.plus(wh), new Exact(0)).toFixed()).toBe(expected);
  });

  it('are the same to the byte for every order, repetition, request and batch', async () => {
    await fc.assert(
      fc.asyncProperty(delivery, async ({ seed, again, request, batch, settles }) => {
        const repeated = again.flatMap(({ at, hasOwnId }) => {
          const event = EVENTS[at];
          if (event === undefined) return [];
          // Without a sequence number the id is what tells a repetition; with one it may change.
          const isNumbered = 'seqNo' in (event['data'] as object);
          return [hasOwnId && isNumbered ? { ...event, id: `${at}/again` } : event];
        });
        const outcome = await outcomeOf(shuffled([...EVENTS, ...repeated], seed), { request, batch, settles });
        expect(outcome).toEqual(inOrder);
      }),
      { numRuns: RUNS, seed: 20_260_601 },
    );
  });

  it('are the same when the book is published in the middle or at the end', async () => {
    for (const seed of [1, 2]) {
      const pipeline = Pipeline.open();
      const requests = pieces(shuffled(EVENTS, seed), 20);
      for (const [number, events] of requests.entries()) {
        await pipeline.send(events);
        await pipeline.settle();
        if (number === (seed === 1 ? 1 : requests.length - 1)) await publishTestBook(pipeline);
      }
      expect(await ended(pipeline, EVENTS)).toEqual(inOrder);
    }
  });

  it('gain nothing from a second look: every decision that is asked again adds no event', async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    await pipeline.send(EVENTS);
    await pipeline.settle();
    pipeline.clock.pass(90 * 86_400_000);
    await pipeline.closeDue();
    await pipeline.project();
    const before = (await allEvents(pipeline.store)).length;
    await pipeline.send(shuffled(EVENTS, 3));
    expect(Object.keys(await pipeline.settle())).toEqual(['duplicate']);
    await publishTestBook(pipeline);
    expect(await pipeline.closeDue()).toBe(0);
    expect((await allEvents(pipeline.store)).length).toBe(before);
    await pipeline.end();
  });
});

async function outcomeOf(
  events: readonly TestEvent[],
  how: { readonly request: number; readonly batch: number; readonly settles: number },
): Promise<Outcome> {
  const pipeline = Pipeline.open();
  await publishTestBook(pipeline);
  const random = randomOf(events.length + how.request);
  const requests = pieces(events, how.request);
  let settles = how.settles;
  for (const request of requests) {
    await pipeline.send(request);
    if (settles === 0 || random() > 0.5) continue;
    settles -= 1;
    await pipeline.settle(how.batch);
  }
  await pipeline.settle(how.batch);
  return ended(pipeline, events);
}

/** Closes what is due in the end, and tells what came out. */
async function ended(pipeline: Pipeline, events: readonly TestEvent[]): Promise<Outcome> {
  pipeline.clock.pass(90 * 86_400_000);
  await pipeline.closeDue();
  await pipeline.project();
  const { rows } = await pipeline.model.page({ table: 'sessions', tenant: TENANT, order: 'by-id', limit: 1_000 });
  const assessments = rows.map(({ body }) => JSON.stringify((JSON.parse(body) as { assessment: unknown }).assessment));
  const outcome = {
    digest: await pipeline.liveDigest(),
    rows: assessments,
    breaches: await breaches(pipeline, { tenant: TENANT, acknowledged: events }),
  };
  await pipeline.end();
  return outcome;
}
