import type { FleetPlan } from '../../apps/ledgerctl/src/simulate/charger';
import { ALL_FAULTS, NO_FAULTS } from '../../apps/ledgerctl/src/simulate/faults';
import type { FaultRates } from '../../apps/ledgerctl/src/simulate/faults';
import { shuffled } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { deliver, deliverAnyhow, judged, publishLocations, simulated, startAt } from '../support/simulated-fleet';

function planOf(seed: number, more: Partial<FleetPlan> = {}): FleetPlan {
  const fromMs = Date.parse('2026-03-02T00:00:00Z');
  const usual = { chargers: 10, sessions: 6, days: undefined, format: 'mixed', duplicates: 0.02 } as const;
  return { ...usual, seed, faults: timesFive(ALL_FAULTS), fromMs, ...more };
}

/** So many faults that a small fleet has most of them, and many sessions several at once. */
function timesFive(rates: FaultRates): FaultRates {
  const more = Object.entries(rates).map(([name, rate]) => [name, Math.min(0.5, rate * 5)]);
  return Object.fromEntries(more) as FaultRates;
}

async function openFor(plan: FleetPlan): Promise<Pipeline> {
  const pipeline = Pipeline.open();
  startAt(pipeline, plan);
  await publishLocations(pipeline, plan);
  return pipeline;
}

async function outcomesOf(plan: FleetPlan): Promise<Record<string, readonly string[]>> {
  const { messages, truths } = simulated(plan);
  const pipeline = await openFor(plan);
  await deliver(pipeline, messages);
  const all = await judged(pipeline, truths);
  await pipeline.end();
  const lines = Map.groupBy(all, ({ outcome }) => outcome);
  return Object.fromEntries(
    [...lines].map(([outcome, of]) => [
      outcome,
      of.map(({ truth, because }) => `${truth?.station ?? ''} ${truth?.startedAt ?? ''} ${because}`),
    ]),
  );
}

describe('a simulated fleet with every fault', () => {
  it.each([11, 12, 13])(
    'is right, or held or provisional for a reason: seed %d',
    async (seed) => {
      const outcomes = await outcomesOf(planOf(seed));
      expect(outcomes['silently-wrong']).toBeUndefined();
      expect(outcomes['unexplained']).toBeUndefined();
      expect(outcomes['right']?.length).toBeGreaterThan(10);
      expect(outcomes['held']?.length).toBeGreaterThan(5);
    },
    60_000,
  );

  it('is right in all sessions when nothing is wrong', async () => {
    const plan = planOf(21, { faults: NO_FAULTS, duplicates: 0 });
    expect(Object.keys(await outcomesOf(plan))).toEqual(['right']);
  }, 60_000);

  it.each(['cloudevents', 'ocpp2.0.1'] as const)(
    'comes to the same digest shuffled and delivered twice, where every message names its transaction: %s',
    async (format) => {
      const faults = { ...timesFive(ALL_FAULTS), 'transaction-missing': 0 };
      const plan = planOf(31, { chargers: 5, sessions: 4, format, faults });
      const { messages } = simulated(plan);
      const digests: string[] = [];
      for (const delivery of [messages, shuffled([...messages, ...messages], 7)]) {
        const pipeline = await openFor(plan);
        await deliverAnyhow(pipeline, delivery);
        digests.push(await pipeline.liveDigest());
        expect(await pipeline.replayDigest()).toBe(digests.at(-1));
        await pipeline.end();
      }
      expect(digests[1]).toBe(digests[0]);
    },
    60_000,
  );

  it('is never silently wrong, in whatever order its messages come', async () => {
    const plan = planOf(51, { chargers: 6, sessions: 4 });
    const { messages, truths } = simulated(plan);
    const pipeline = await openFor(plan);
    await deliverAnyhow(pipeline, shuffled(messages, 5));
    const all = await judged(pipeline, truths);
    expect(all.filter(({ outcome }) => outcome === 'silently-wrong')).toEqual([]);
    await pipeline.end();
  }, 60_000);

  it('is the same bytes for the same seed, and a larger fleet holds the smaller one', () => {
    const plan = planOf(41, { chargers: 4 });
    const small = simulated(plan).messages.map(({ text }) => text);
    expect(simulated(plan).messages.map(({ text }) => text)).toEqual(small);
    const large = new Set(simulated({ ...plan, chargers: 6 }).messages.map(({ text }) => text));
    expect(small.filter((text) => !large.has(text))).toEqual([]);
    expect(simulated({ ...plan, seed: 42 }).messages[0]?.text).not.toBe(small[0]);
  });
});
