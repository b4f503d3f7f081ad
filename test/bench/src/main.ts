import { writeFileSync } from 'node:fs';

import { runGrowth } from './growth';
import { BadOption, HELP, readOptions } from './options';
import type { BenchOptions } from './options';
import { reportOf, tableOf } from './report';
import type { Report } from './report';
import { lineOf } from './result';
import { runBench } from './run-bench';
import { givenServers } from './servers/given-servers';
import { measureLatency } from './servers/measure-latency';
import type { LatencyRow } from './servers/measure-latency';
import { measureServers } from './servers/measure-servers';

const EXIT_USAGE = 2;

async function main(): Promise<void> {
  const options = optionsOrExit();
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
  const report = options.isOnServers ? await onServers(options, onProgress) : await onEmbedded(options, onProgress);
  const json = `${JSON.stringify(report)}\n`;
  if (options.out !== undefined) writeFileSync(options.out, json);
  process.stdout.write(options.isJson ? json : tableOf(report));
}

async function onEmbedded(options: BenchOptions, onProgress: (text: string) => void): Promise<Report> {
  const { statements, connectors, seed, only, runs, growth } = options;
  const fleet = { statements, connectors, seed };
  const isGrowthAlone = growth.length > 0 && only.length === 0;
  const lines = isGrowthAlone ? [] : await runBench({ fleet, lines: only, runs, onProgress });
  return reportOf(options, { lines, growth: await runGrowth(fleet, growth, onProgress) });
}

async function onServers(options: BenchOptions, onProgress: (text: string) => void): Promise<Report> {
  const { statements, connectors, seed, rates, seconds } = options;
  const servers = givenServers(process.env);
  const lines = await measureServers(servers, { statements, connectors, seed }, onProgress);
  const latency: LatencyRow[] = [];
  for (const statementsPerSecond of rates) {
    onProgress(`${statementsPerSecond} statements a second`);
    latency.push(await measureLatency(servers, { statementsPerSecond, seconds, seed }));
  }
  return reportOf(options, { lines: lines.map(lineOf), latency });
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

main().catch((error: unknown) => {
  if (!(error instanceof BadOption)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_USAGE;
});
