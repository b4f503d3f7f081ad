import { writeFileSync } from 'node:fs';

import { EVIDENCES } from '../run';
import { BadOption, HELP, readOptions } from './options';
import type { RunnerOptions } from './options';
import { workOff } from './pool';
import { Progress } from './progress';
import { NOTHING_RUN, coverageText, failuresText, notMet, outcomeOf, sumOf } from './tally';
import type { Outcome } from './tally';
import { runOf } from './seeds';
import type { Task } from './seeds';

/** Exit codes: a seed failed, the command line says nothing, somebody interrupted it. */
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

async function main(): Promise<void> {
  const options = optionsOrExit();
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  const outcome = options.isSingle ? await toldRun(options) : await runAll(options, interrupted.signal);
  report(outcome, options);
  if (interrupted.signal.aborted) {
    process.stdout.write('interrupted\n');
    process.exit(EXIT_INTERRUPTED);
  }
}

function optionsOrExit(): RunnerOptions | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof BadOption || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(EXIT_USAGE);
  }
}

/** One seed, with what it drew and met. */
async function toldRun({ from: seed, bug }: RunnerOptions): Promise<Outcome> {
  const one = await runOf(seed, bug);
  const { trace, steps, weights, met } = one;
  const faults = (Object.entries(weights) as [string, number][]).filter(([, weight]) => weight > 0);
  const drawn = faults.map(([name, weight]) => `${name} ${Number(weight.toPrecision(2))}`).join(', ');
  process.stdout.write(`seed ${seed}: trace ${trace}, ${steps} steps\n  faults: ${drawn}\n  met: ${met.join(', ')}\n`);
  return outcomeOf(one);
}

async function runAll(options: RunnerOptions, isOver: AbortSignal): Promise<Outcome> {
  const { seeds, processes } = options;
  let sum = NOTHING_RUN;
  const progress = new Progress(seeds);
  const onOutcome = (outcome: Outcome): void => {
    sum = sumOf(sum, outcome);
    progress.add(outcome.passed, outcome.failures.length);
  };
  await workOff(tasksOf(options), { processes, isOver, onOutcome });
  progress.end();
  const rate = `${sum.steps} steps in ${progress.seconds().toFixed(1)} s, ${processes} processes`;
  process.stdout.write(`${coverageText(sum)}${rate}\n`);
  return sum;
}

/** Seeds with the same evidence go to one process, which then knows the undisturbed digest. */
function tasksOf({ from, seeds, bug }: RunnerOptions): readonly Task[] {
  const all = Array.from({ length: seeds }, (_, at) => from + at);
  return [...Map.groupBy(all, (seed) => seed % EVIDENCES).values()].map((some) => ({ seeds: some, bug }));
}

/** Failures, then the totals as the last line: what never happened counts as failed. */
function report(outcome: Outcome, options: RunnerOptions): void {
  const { out, bug } = options;
  const missing = bug === undefined ? notMet(outcome) : [];
  process.stdout.write(failuresText(outcome, bug === undefined ? '' : ` --bug "${bug}"`));
  for (const happening of missing) process.stdout.write(`no seed met: ${happening}\n`);
  const failed = outcome.failures.length + missing.length;
  process.stdout.write(`${outcome.passed} passed, ${failed} failed\n`);
  if (out !== undefined) writeFileSync(out, totalsJson(outcome.passed, failed));
  if (failed > 0) process.exitCode = EXIT_FAILED;
}

/** The fields of Jest's JSON that whoever adds up totals reads. */
function totalsJson(passed: number, failed: number): string {
  const none = { numRuntimeErrorTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };
  return `${JSON.stringify({ numPassedTests: passed, numFailedTests: failed, ...none })}\n`;
}

void main();
