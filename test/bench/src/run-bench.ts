import { openBenchFolder } from './bench-folder';
import type { BenchFolder } from './bench-folder';
import type { FleetPlan } from './fleet';
import { measureRebuild, measureReplay } from './measure-events';
import { ledgerFold, measureFold } from './measure-fold';
import { ledgerIntake, measureFrames, measureIntake } from './measure-intake';
import { measurePriceLines } from './measure-price-lines';
import { measurePricing } from './measure-pricing';
import { measureHttp, measureStandalone } from './measure-services';
import { LINES } from './options';
import type { LineName } from './options';
import { comparedTo, lineOf, medianLine } from './result';
import type { Line, Measured } from './result';

/** What is run, and whom to tell how far it is. */
export interface BenchPlan {
  readonly fleet: FleetPlan;
  readonly lines: readonly LineName[];
  readonly runs: number;
  /** Statements of the run that comes first and is not measured, so that the engine has compiled the code. */
  readonly warmUp?: number;
  readonly onProgress: (text: string) => void;
}

/** Statements of the first run unless told otherwise. */
const WARM_UP_STATEMENTS = 5_000;

type ProcessLine = 'http' | 'price-lines' | 'price-lines-shared' | 'standalone';

/** Lines that run in processes of their own, which know nothing of a run before. */
function isOfItsOwn(line: LineName): line is ProcessLine {
  return line === 'http' || line === 'standalone' || line.startsWith('price-lines');
}

/** Runs the lines as often as asked and gives the medians, in the usual order. */
export async function runBench(plan: BenchPlan): Promise<readonly Line[]> {
  const { fleet, lines, runs, warmUp = WARM_UP_STATEMENTS, onProgress } = plan;
  const wanted = lines.length === 0 ? LINES : withIntake(lines);
  onProgress(`warming up with ${warmUp} statements`);
  const inProcess = wanted.filter((line) => !isOfItsOwn(line));
  if (inProcess.length > 0) await runOnce({ ...fleet, statements: warmUp }, inProcess, () => undefined);
  const all: (readonly Line[])[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const measured = await runOnce(fleet, wanted, (text) => onProgress(`run ${run} of ${runs}: ${text}`));
    all.push(besideIntake(measured.map(lineOf)));
  }
  return (all[0] ?? []).map(({ name }) => medianLine(all.flatMap((run) => run.filter((line) => line.name === name))));
}

/** Frames are compared to the normalised form, so that it is measured with them. */
function withIntake(lines: readonly LineName[]): readonly LineName[] {
  return lines.some(isOfFrames) ? [...lines, 'intake'] : lines;
}

function isOfFrames(name: string): name is 'ocpp-1.6' | 'ocpp-2.0.1' {
  return name === 'ocpp-1.6' || name === 'ocpp-2.0.1';
}

/** Puts the lines of frames beside the normalised form of the same run. */
function besideIntake(lines: readonly Line[]): readonly Line[] {
  const intake = lines.find(({ name }) => name === 'intake');
  if (intake === undefined) return lines;
  return lines.map((line) => (isOfFrames(line.name) ? comparedTo(intake, line) : line));
}

async function runOnce(
  fleet: FleetPlan,
  lines: readonly LineName[],
  onLine: (text: string) => void,
): Promise<readonly Measured[]> {
  const folder = await openBenchFolder(fleet);
  const measured: Measured[] = [];
  try {
    for (const line of LINES) {
      if (lines.includes(line)) {
        onLine(line);
        measured.push(await measure(line, folder, onLine));
      } else if (isNeeded(line, lines)) await prepare(line, folder);
    }
  } finally {
    await folder.end();
  }
  return measured;
}

/** Folding needs what intake left on the feed; whatever reads events needs both. */
function isNeeded(line: LineName, lines: readonly LineName[]): boolean {
  const ofEvents = lines.includes('rebuild') || lines.includes('replay');
  return (line === 'intake' && (ofEvents || lines.includes('fold'))) || (line === 'fold' && ofEvents);
}

async function prepare(line: LineName, folder: BenchFolder): Promise<void> {
  if (line === 'intake') await ledgerIntake(folder);
  else await ledgerFold(folder);
}

function measure(line: LineName, folder: BenchFolder, onNote: (note: string) => void): Measured | Promise<Measured> {
  if (isOfItsOwn(line)) return measureProcess(line, folder, onNote);
  switch (line) {
    case 'intake':
      return measureIntake(folder);
    case 'ocpp-1.6':
    case 'ocpp-2.0.1':
      return measureFrames(folder.plan, line);
    case 'fold':
      return measureFold(folder);
    case 'rebuild':
      return measureRebuild(folder);
    case 'replay':
      return measureReplay(folder);
    case 'pricing':
      return measurePricing(folder.plan);
  }
}

function measureProcess(line: ProcessLine, folder: BenchFolder, onNote: (note: string) => void): Promise<Measured> {
  switch (line) {
    case 'http':
      return measureHttp(folder.plan, folder.path);
    case 'price-lines':
    case 'price-lines-shared':
      return measurePriceLines(folder, line, onNote);
    case 'standalone':
      return measureStandalone(folder.plan, folder.path);
  }
}
