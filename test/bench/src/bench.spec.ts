import { readCloudEvent } from '@ledger/meter';
import { parseInstant, readJson } from '@ledger/units';

import { fleetLines, stationsOf } from './fleet';
import { runGrowth } from './growth';
import { readOptions } from './options';
import { reportOf, tableOf } from './report';
import { lineOf, median, medianLine } from './result';
import type { Measured } from './result';
import { runBench } from './run-bench';
import { normalised, ocpp16, ocpp201 } from './wires';
import type { Wire } from './wires';
import { percentile } from './servers/measure-latency';

const FLEET = { statements: 200, connectors: 4, seed: 3 };
/** A machine that does other things beside must not fail the test. */
const PATIENCE_MS = 120_000;
const quiet = (): void => undefined;

function measured(ledgerSeconds: number, rawSeconds: number): Measured {
  const spent = (seconds: number): Measured['ledger'] => ({
    wallSeconds: seconds,
    cpuSeconds: seconds / 2,
    peakRssBytes: 3 * 1_048_576,
  });
  return { name: 'fold', unit: 'statements', count: 100, ledger: spent(ledgerSeconds), raw: spent(rawSeconds) };
}

describe('the figures of the benchmark', () => {
  it('are rates, and the ratio is the rate of the ledger by that of the raw limit', () => {
    expect(lineOf(measured(4, 1))).toEqual({
      name: 'fold',
      unit: 'statements',
      count: 100,
      wall: { perSecond: 25, rawPerSecond: 100, ratio: 0.25 },
      cpu: { perSecond: 50, rawPerSecond: 200, ratio: 0.25 },
      peakRssMb: 3,
    });
  });

  it('have no ratio where there is no raw limit', () => {
    const { raw, ...alone } = measured(4, 1);
    expect(raw).toBeDefined();
    expect(lineOf(alone).wall).toEqual({ perSecond: 25 });
  });

  it('are medians over several runs', () => {
    const line = medianLine([measured(4, 1), measured(2, 1), measured(1, 1)].map(lineOf));
    expect(line.wall).toEqual({ perSecond: 50, rawPerSecond: 100, ratio: 0.5 });
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('percentiles', () => {
  it('are values that were measured: the smallest that so many percent do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([50, 90, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([50, 90, 99, 100]);
    expect(percentile([7], 1)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });
});

describe('the fleet of the benchmark', () => {
  it('sends the same lines for the same seed, some of them twice and out of order', () => {
    const lines = [...fleetLines({ statements: 2_000, connectors: 10, seed: 5 })];
    expect([...fleetLines({ statements: 2_000, connectors: 10, seed: 5 })]).toEqual(lines);
    expect(lines.length - new Set(lines).size).toBeGreaterThan(10);
    const times = lines.map((line) => (JSON.parse(line) as { readonly time: string }).time);
    expect([...times].sort()).not.toEqual(times);
    expect(stationsOf({ statements: 2_000, connectors: 10, seed: 5 })).toHaveLength(10);
  });
});

/** What the statements of a fleet say of each moment: where, when, and the values. */
function saidBy(wire: Wire): readonly string[] {
  const receivedAt = parseInstant('2025-01-01T00:00:00Z');
  if (receivedAt === undefined) throw new Error('this is an instant');
  const plan = { statements: 500, connectors: 5, seed: 7, wire };
  return [...fleetLines(plan)].flatMap((line) => {
    const reading = readJson(line);
    const outcome = reading.ok ? readCloudEvent(reading.value, { tenant: 'default', receivedAt }) : reading;
    if (!('status' in outcome) || outcome.status !== 'read') throw new Error(`${line} was not read`);
    return outcome.drafts.flatMap(({ station, connector, readings }) =>
      readings.map((said) => JSON.stringify([station, connector, said])),
    );
  });
}

describe('the frames of the benchmark', () => {
  it('say of OCPP 2.0.1 what the normalised form says, in the same order', () => {
    // As numbers, values have no zero at their end.
    expect(saidBy(ocpp201)).toEqual(saidBy(normalised).map((said) => said.replaceAll('.0"', '"')));
  });

  it('say of OCPP 1.6 the same, whose start has a register of its own and whose stop names no connector', () => {
    const between = saidBy(normalised).filter((said) => said.includes('Sample.Periodic'));
    expect(saidBy(ocpp16).filter((said) => said.includes('Sample.Periodic'))).toEqual(between);
    expect(saidBy(ocpp16).some((said) => said.includes('Transaction.End'))).toBe(true);
  });
});

describe('the benchmark', () => {
  it(
    'measures every line of one process, and accepts, closes and prices all that it sends',
    async () => {
      const lines = await runBench({
        fleet: FLEET,
        warmUp: 100,
        lines: ['ocpp-1.6', 'ocpp-2.0.1', 'fold', 'rebuild', 'replay', 'pricing'],
        runs: 1,
        onProgress: quiet,
      });
      const names = ['intake', 'ocpp-1.6', 'ocpp-2.0.1', 'fold', 'rebuild', 'replay', 'pricing'];
      expect(lines.map(({ name }) => name)).toEqual(names);
      expect(lines.flatMap(({ name, ofIntake }) => (ofIntake === undefined ? [] : [name]))).toEqual(names.slice(1, 3));
      for (const { wall, cpu, peakRssMb } of lines) {
        expect(wall.ratio).toBeCloseTo(wall.perSecond / (wall.rawPerSecond ?? NaN));
        expect(cpu.ratio).toBeCloseTo(cpu.perSecond / (cpu.rawPerSecond ?? NaN));
        expect(peakRssMb).toBeGreaterThan(0);
      }
      const options = readOptions(['--statements', '200', '--only', 'fold']);
      if (options === undefined) throw new Error('no options were read');
      expect(tableOf(reportOf(options, { lines }))).toContain('rebuild');
    },
    PATIENCE_MS,
  );

  it(
    'tells what a statement costs at each size',
    async () => {
      const rows = await runGrowth(FLEET, [300, 100], quiet);
      expect(rows.map(({ statements }) => statements)).toEqual(
        [...rows.map(({ statements }) => statements)].sort((a, b) => a - b),
      );
      for (const { cpuUsPerStatement } of rows) expect(cpuUsPerStatement.fold).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  it.each([[['--only', 'nothing']], [['--statements', '0']], [['--unknown']], [['--rates', 'fast']]])(
    'refuses %j',
    (args) => {
      expect(() => readOptions(args)).toThrow();
    },
  );
});
