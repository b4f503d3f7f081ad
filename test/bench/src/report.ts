import { availableParallelism, loadavg } from 'node:os';

import { GROWTH_STEPS } from './growth';
import type { GrowthRow } from './growth';
import type { BenchOptions } from './options';
import type { Line } from './result';
import type { LatencyRow } from './servers/measure-latency';

/** Everything that one call measured, as it is printed with `--json`. */
export interface Report {
  readonly node: string;
  readonly processors: number;
  readonly load: readonly number[];
  readonly statements: number;
  readonly connectors: number;
  readonly seed: number;
  readonly runs: number;
  readonly lines: readonly Line[];
  readonly growth: readonly GrowthRow[];
  readonly latency: readonly LatencyRow[];
}

/** Puts the figures beside what they were measured on. */
export function reportOf(
  options: BenchOptions,
  { lines = [], growth = [], latency = [] }: Partial<Pick<Report, 'lines' | 'growth' | 'latency'>>,
): Report {
  const { statements, connectors, seed, runs } = options;
  const machine = { node: process.version, processors: availableParallelism(), load: loadavg() };
  return { ...machine, statements, connectors, seed, runs, lines, growth, latency };
}

/** The report as tables for a terminal. */
export function tableOf(report: Report): string {
  const { node, processors, load, runs } = report;
  const machine = `Node ${node}, ${processors} processors, load ${(load[0] ?? 0).toFixed(1)}, medians of ${runs}`;
  const tables = [
    ...(report.lines.length === 0 ? [] : [columns([LINE_HEAD, ...report.lines.map(lineCells)])]),
    ...(report.growth.length === 0 ? [] : [columns([GROWTH_HEAD, ...report.growth.map(growthCells)])]),
    ...(report.latency.length === 0 ? [] : [columns([LATENCY_HEAD, ...report.latency.map(latencyCells)])]),
  ];
  return `${[machine, ...tables].join('\n\n')}\n`;
}

const LINE_HEAD = [
  'line',
  'count',
  '',
  '/s',
  'raw /s',
  'ratio',
  '/cpu-s',
  'raw /cpu-s',
  'ratio',
  'goal',
  'of intake',
  'peak MB',
];

function lineCells({ name, count, unit, wall, cpu, goal, ofIntake, peakRssMb }: Line): readonly string[] {
  return [
    name,
    whole(count),
    unit,
    whole(wall.perSecond),
    whole(wall.rawPerSecond),
    percent(wall.ratio),
    whole(cpu.perSecond),
    whole(cpu.rawPerSecond),
    percent(cpu.ratio),
    percent(goal),
    percent(ofIntake),
    peakRssMb === 0 ? '' : whole(peakRssMb),
  ];
}

const GROWTH_HEAD = ['statements', ...GROWTH_STEPS.map((step) => `${step} cpu-µs`), 'peak MB'];

function growthCells({ statements, cpuUsPerStatement, peakRssMb }: GrowthRow): readonly string[] {
  return [whole(statements), ...GROWTH_STEPS.map((step) => cpuUsPerStatement[step].toFixed(1)), whole(peakRssMb)];
}

const LATENCY_HEAD = ['asked /s', 'sent /s', 'done /s', 'charges', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms'];

function latencyCells(row: LatencyRow): readonly string[] {
  const { askedPerSecond, sentPerSecond, finishedPerSecond, charges, p50Ms, p90Ms, p99Ms, maxMs } = row;
  return [askedPerSecond, sentPerSecond, finishedPerSecond, charges, p50Ms, p90Ms, p99Ms, maxMs].map(whole);
}

function whole(count: number | undefined): string {
  return count === undefined ? '' : Math.round(count).toLocaleString('en');
}

function percent(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${Math.round(ratio * 100)} %`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const isText = (at: number): boolean => (rows[1]?.[at] ?? '') !== '' && !/\d/.test(rows[1]?.[at] ?? '');
  return rows
    .map((row) =>
      row
        .map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
