import { writeFileSync } from 'node:fs';

import { runGrowth } from './growth';
import { BadOption, HELP, readOptions } from './options';
import type { BenchOptions } from './options';
import { reportOf, tableOf } from './report';
import { runBench } from './run-bench';

const EXIT_USAGE = 2;

async function main(): Promise<void> {
  const options = optionsOrExit();
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const { statements, connectors, seed, only, runs, growth } = options;
  const fleet = { statements, connectors, seed };
  const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
  const isGrowthAlone = growth.length > 0 && only.length === 0;
  const lines = isGrowthAlone ? [] : await runBench({ fleet, lines: only, runs, onProgress });
  const report = reportOf(options, lines, await runGrowth(fleet, growth, onProgress));
  const json = `${JSON.stringify(report)}\n`;
  if (options.out !== undefined) writeFileSync(options.out, json);
  process.stdout.write(options.isJson ? json : tableOf(report));
}

function optionsOrExit(): BenchOptions | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof BadOption || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(EXIT_USAGE);
  }
}

void main();
