import { allEvents, allRows, breaches, rewritten } from '../support/invariants';
import { pieces, publishTestBook, sessions } from '../support/fleet';
import { meterEvent } from '../support/events';
import type { TestEvent } from '../support/events';
import { KilledPipeline } from '../support/killed-pipeline';
import { Pipeline, TENANT } from '../support/pipeline';

/** Every named step of intake, fold and projection. */
const STEPS = [
  'before-publish',
  'after-publish',
  'before-append',
  'after-append',
  'before-receipts',
  'before-commit',
  'after-commit',
  'before-projection',
  'after-projection',
] as const;

const TWO_DAYS_MS = 172_800_000;
const BATCH = 6;
/** Whole sessions, one that contradicts itself, one that never ends, and a repetition of everything by other ids. */
const WHOLE = sessions(5);
const CONTRADICTION = meterEvent({
  ...{ station: 'ST-1', transaction: 'tx-0', kind: 'ended', at: '2026-05-01T07:30:00.000Z', registerWh: '77000' },
  data: { seqNo: 3 },
  id: 'contradiction',
});
const SILENT = sessions(7)
  .filter(({ data }) => (data as { transaction: string }).transaction === 'tx-6')
  .slice(0, 2);
const EVENTS: readonly TestEvent[] = [...WHOLE, CONTRADICTION, ...SILENT];
const AGAIN = EVENTS.map((event) => ({ ...event, id: `again/${event.id}` }));
const LATE_END = sessions(7).filter(({ id }) => id.startsWith('ST-1/tx-6/ended'));
const POISON = { text: '{"id":"poison","specversion":"1.0","source":"/gateways/gw-1"' };

interface Outcome {
  readonly digest: string;
  readonly replayed: string;
  readonly facts: readonly string[];
  readonly breaches: readonly string[];
}

jest.setTimeout(120_000);

describe('a ledger that is killed at a named step', () => {
  let undisturbed: Outcome;

  beforeAll(async () => {
    undisturbed = await outcomeOf((_, work) => work());
  });

  it('breaks no invariant when nothing happens to it', () => {
    expect(undisturbed.breaches).toEqual([]);
    expect(undisturbed.replayed).toBe(undisturbed.digest);
    expect(undisturbed.facts.filter((fact) => fact.endsWith('StatementConflicted'))).toHaveLength(1);
    expect(undisturbed.facts.filter((fact) => fact.endsWith('SessionAmended'))).toHaveLength(2);
  });

  it.each(STEPS.flatMap((step) => [1, 3].map((n) => ({ step, n }))))(
    'loses and doubles nothing at $step, time $n',
    async ({ step, n }) => {
      let killed: KilledPipeline | undefined;
      const outcome = await outcomeOf((pipeline, work) =>
        (killed ??= new KilledPipeline(pipeline, { step, n })).survive(work),
      );
      expect(killed?.kills).toBe(1);
      expect(outcome).toEqual(undisturbed);
    },
  );

  /** Sends, folds, closes and projects everything; `run` says how each piece of work survives. */
  async function outcomeOf(
    run: <Answer>(pipeline: Pipeline, work: () => Promise<Answer>) => Promise<Answer>,
  ): Promise<Outcome> {
    const pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    const quarantined: { gateway: string; id: string }[] = [];
    const send = async (events: readonly TestEvent[]): Promise<void> => {
      for (const batch of pieces(events, BATCH)) await run(pipeline, () => pipeline.send(batch));
      const { quarantined: refused } = await run(pipeline, () => pipeline.sendTexts([POISON]));
      quarantined.push(...refused.map(({ quarantine: id }) => ({ gateway: 'unknown', id })));
    };
    const settle = (): Promise<unknown> => run(pipeline, () => pipeline.settle(BATCH));
    await send(EVENTS);
    await settle();
    const before = await allEvents(pipeline.store);
    await send(AGAIN);
    await settle();
    pipeline.clock.pass(TWO_DAYS_MS);
    await run(pipeline, () => pipeline.closeDue());
    await run(pipeline, () => pipeline.project());
    await send(LATE_END);
    await settle();
    const after = await allEvents(pipeline.store);
    const told = { tenant: TENANT, acknowledged: [...EVENTS, ...AGAIN, ...LATE_END], quarantined };
    const outcome = {
      digest: await pipeline.liveDigest(),
      replayed: await pipeline.replayDigest(),
      facts: after.map(({ stream, type }) => `${stream} ${type}`).sort(),
      breaches: [...(await breaches(pipeline, told)), ...rewritten(before, after)],
    };
    expect(await allRows(pipeline.model, 'quarantine', TENANT)).toHaveLength(1);
    await pipeline.end();
    return outcome;
  }
});
