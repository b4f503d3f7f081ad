import { Exact } from '@ledger/units';
import { continuityPage, continuityTotals } from '@ledger/usecases';
import type { ConnectorContinuity } from '@ledger/usecases';

import type { FleetPlan } from '../../apps/ledgerctl/src/simulate/charger';
import { ALL_FAULTS, NO_FAULTS } from '../../apps/ledgerctl/src/simulate/faults';
import type { FaultName } from '../../apps/ledgerctl/src/simulate/faults';
import type { Truth } from '../../apps/ledgerctl/src/simulate/truth';
import { Pipeline, TENANT } from '../support/pipeline';
import { deliver, publishLocations, simulated, startAt } from '../support/simulated-fleet';
import { sessionsOf } from '../support/whole-ledger';

/** Faults that lose messages or the way to their session, and leave the registers and clocks as they are. */
const LOSSY = [
  'start-lost',
  'stop-lost',
  'samples-lost',
  'stop-unknown',
  'answer-lost',
  'offline',
  'stop-retry',
] as const;

function planOf(seed: number, faults: FleetPlan['faults']): FleetPlan {
  const fromMs = Date.parse('2026-03-02T00:00:00Z');
  return { chargers: 12, sessions: 6, days: undefined, format: 'mixed', duplicates: 0.02, seed, faults, fromMs };
}

const often = (names: readonly FaultName[], rate: number): FleetPlan['faults'] => ({
  ...NO_FAULTS,
  ...Object.fromEntries(names.map((name) => [name, rate])),
});

const sumOf = (amounts: readonly (string | undefined)[]): Exact =>
  amounts.reduce((sum, amount) => sum.plus(amount ?? 0), new Exact(0));
/** A lane of a charger: OCPP 1.6 calls it a connector, the others an EVSE. */
const keyOf = ({ station, evse, connector }: Partial<Record<'station' | 'evse' | 'connector', string>>): string =>
  `${station ?? ''}/${evse ?? connector ?? ''}`;

/**
 * The sessions from an end on up to the first one that was heard in whole: nothing bounds what they lack. Of a stop alone it is
 * not known on which connector it was (OCPP 1.6, StopTransaction).
 */
function edgeOf(truths: readonly Truth[]): readonly Truth[] {
  const whole = truths.findIndex(({ unseenWh, faults }) => unseenWh === '0' && !faults.includes('stop-unknown'));
  return whole < 0 ? truths : truths.slice(0, whole);
}

/** Runs a fleet through the ledger and hands over what it says of each meter, next to the truth. */
async function met(
  plan: FleetPlan,
  look: (meters: readonly ConnectorContinuity[], truths: readonly Truth[], pipeline: Pipeline) => void | Promise<void>,
): Promise<void> {
  const pipeline = Pipeline.open();
  try {
    startAt(pipeline, plan);
    await publishLocations(pipeline, plan);
    const { messages, truths } = simulated(plan);
    await deliver(pipeline, messages);
    const { items } = await continuityPage(pipeline.model, { tenant: TENANT }, { limit: 1_000 });
    await look(items, truths, pipeline);
  } finally {
    await pipeline.end();
  }
}

describe('the continuity of the meters of a simulated fleet', () => {
  jest.setTimeout(120_000);

  it('finds no break where nothing went wrong, and as much energy as flowed', async () => {
    await met(planOf(61, NO_FAULTS), (meters, truths) => {
      const told = Map.groupBy(truths, keyOf);
      expect(meters.map(keyOf).sort()).toEqual([...told.keys()].sort());
      for (const meter of meters) {
        const own = told.get(keyOf(meter)) ?? [];
        expect(meter).toMatchObject({ sessions: own.length, withoutRegisters: 0, breaksTotal: 0, missingWh: '0' });
        const flowed = sumOf(own.map(({ energyWh }) => energyWh));
        const slack = sumOf(own.map(({ resolutionWh }) => resolutionWh));
        for (const off of [flowed.minus(meter.sessionsWh), flowed.minus(meter.advanceWh)]) {
          expect(off.abs().lte(slack)).toBe(true);
        }
      }
    });
  });

  it.each([71, 72, 73])(
    'finds all that was lost again: sessions and what lies between them are what the meter counted, seed %d',
    async (seed) => {
      let unbilled = new Exact(0);
      await met(planOf(seed, often(LOSSY, 0.2)), (meters, truths) => {
        const told = Map.groupBy(truths, keyOf);
        for (const meter of meters) {
          const own = told.get(keyOf(meter)) ?? [];
          const advance = sumOf([meter.sessionsWh, meter.unbilledWh, meter.missingWh]);
          expect(advance.toFixed()).toBe(meter.advanceWh);
          const flowed = sumOf(own.map(({ energyWh }) => energyWh));
          const slack = sumOf(own.map(({ resolutionWh }) => resolutionWh));
          const unheard = sumOf([...edgeOf(own), ...edgeOf(own.toReversed())].map(({ energyWh }) => energyWh));
          expect({ meter: keyOf(meter), isTooMuch: advance.gt(flowed.plus(slack)) }).toMatchObject({
            isTooMuch: false,
          });
          const least = flowed.minus(slack).minus(unheard).minus(meter.unconfirmedWh);
          expect({ meter: keyOf(meter), isTooLittle: advance.lt(least) }).toMatchObject({ isTooLittle: false });
          unbilled = unbilled.plus(meter.unbilledWh);
        }
      });
      expect(unbilled.gt(0)).toBe(true);
    },
  );

  it.each([81, 82])('adds up exactly whatever goes wrong, meter by meter and in sum, seed %d', async (seed) => {
    const faults = Object.fromEntries(
      Object.entries(ALL_FAULTS).map(([name, rate]) => [name, Math.min(0.5, rate * 5)]),
    );
    await met(planOf(seed, faults as FleetPlan['faults']), async (meters, _, pipeline) => {
      const sessions = Map.groupBy(await sessionsOf(pipeline), keyOf);
      for (const meter of meters) {
        const { sessionsWh, unbilledWh, missingWh, fallenWh, firstRegisterWh, lastRegisterWh, unconfirmedWh } = meter;
        expect(sumOf([sessionsWh, unbilledWh, missingWh]).toFixed()).toBe(meter.advanceWh);
        const advanced = new Exact(lastRegisterWh ?? 0).minus(firstRegisterWh ?? 0);
        expect(new Exact(meter.advanceWh).minus(fallenWh).toFixed()).toBe(advanced.toFixed());
        const closed = (sessions.get(keyOf(meter)) ?? []).filter(({ status }) => status !== 'open');
        expect(sumOf([sessionsWh, unconfirmedWh]).toFixed()).toBe(
          sumOf(closed.map(({ energyWh }) => energyWh)).toFixed(),
        );
        expect(meter.sessions).toBe(closed.length);
      }
      const totals = await continuityTotals(pipeline.model, { tenant: TENANT });
      for (const name of ['advanceWh', 'sessionsWh', 'unbilledWh', 'missingWh', 'fallenWh', 'unconfirmedWh'] as const) {
        expect(totals[name]).toBe(sumOf(meters.map((meter) => meter[name])).toFixed());
      }
      expect(meters.some(({ fallenWh }) => fallenWh !== '0')).toBe(true);
    });
  });
});
