import { pieces, publishTestBook, sessions, shuffled } from '../support/fleet';
import { randomOf } from '../support/random-numbers';
import { KilledPipeline } from '../support/killed-pipeline';
import { Pipeline } from '../support/pipeline';
import { eventsIn } from '../support/whole-ledger';

/** A thousand sessions were said; each run here carries so many, so that several runs fit into seconds. */
const SESSIONS = 120;
const DUPLICATES = 0.02;
const STEPS = ['before-append', 'after-append', 'before-receipts', 'before-commit', 'after-commit', 'after-projection'];

jest.setTimeout(60_000);

describe('scenario 4: the messages of many sessions shuffled, some twice, and the consumer killed at random', () => {
  const events = sessions(SESSIONS, 1);
  let inOrder: { readonly digest: string; readonly replayed: string; readonly statements: number };

  beforeAll(async () => {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    for (const part of pieces(events, 100)) await pipeline.send(part);
    expect(await pipeline.settle()).toEqual({ recorded: events.length });
    inOrder = await outcomeOf(pipeline);
    await pipeline.end();
  });

  it.each([1, 2, 3])('gives the same bytes as the ordered run, number %d', async (seed) => {
    const random = randomOf(seed);
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const again = events.filter(() => random() < DUPLICATES).map((event) => ({ ...event, id: `again/${event.id}` }));
    expect(again.length).toBeGreaterThan(0);
    const step = STEPS[Math.floor(random() * STEPS.length)] ?? 'after-append';
    const killed = new KilledPipeline(pipeline, { step, n: 1 + Math.floor(random() * 4) });
    for (const part of pieces(shuffled([...events, ...again], seed), 100)) {
      await pipeline.send(part);
      await killed.survive(() => pipeline.settle(40));
    }
    expect(killed.kills).toBe(1);
    expect(await outcomeOf(pipeline)).toEqual(inOrder);
    await pipeline.end();
  });

  /** Digests, and how many statements lie in the streams: a statement that was folded twice would lie there twice. */
  async function outcomeOf(pipeline: Pipeline): Promise<typeof inOrder> {
    pipeline.clock.pass(2 * 86_400_000);
    await pipeline.closeDue();
    await pipeline.project();
    let statements = 0;
    for await (const batch of pipeline.store.readAll({ prefixes: ['session-'], after: 'none' }))
      statements += batch.events.filter(({ type }) => type === 'StatementRecorded').length;
    expect(await eventsIn(pipeline)).toBeGreaterThan(statements);
    return { digest: await pipeline.liveDigest(), replayed: await pipeline.replayDigest(), statements };
  }
});
