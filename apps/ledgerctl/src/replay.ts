import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { DEFAULT_TENANT } from '@ledger/platform';
import type { Engines } from '@ledger/platform';
import { parseInstant } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { compareReplay, replayedTargets, targetDigest } from '@ledger/usecases';
import type { ReplayDifference, ReplayOptions, Target } from '@ledger/usecases';

import { EXIT, badInput } from './exit';
import { withEngines } from './local-engines';
import { jsonOption } from './options';
import { note, printJson, printLine } from './output';
import { openProgress } from './progress';

/** Differences that are printed; all of them are counted, and written with `--out`. */
const DIFFERENCES_PRINTED_MAX = 100;

interface ReplayReport {
  readonly sessions: number;
  readonly digest: string;
  readonly live?: { readonly sessions: number; readonly digest: string };
  readonly differences?: number;
}

/** `ledgerctl replay`: computes every assessment and charge anew from the statements alone. */
export function replayCommand(): CommandUnknownOpts {
  const command = new Command('replay')
    .description('Compute every assessment and charge anew from the statements alone, and tell the digest')
    .option('--compare', 'compare with what the tables hold, session by session')
    .option('--as-of <time>', 'fold only what was recorded up to this moment')
    .option('--out <folder>', 'write targets.jsonl, and differences.jsonl with --compare, into this folder')
    .option(
      '--data-dir <folder>',
      'data folder of the embedded engines, instead of LEDGER_DATA; no service may be running on it',
    )
    .addOption(jsonOption());
  command.action(async ({ compare, asOf, out, dataDir, json }) => {
    const options: ReplayOptions = { tenant: DEFAULT_TENANT, ...asOfOption(asOf) };
    const files = await openFiles(out);
    const report = await withEngines(dataDir, (engines) =>
      compare === true ? comparing(engines, options, files) : replaying(engines, options, files),
    );
    await files.close();
    if (json === true) printJson(report);
    else printReport(report);
    if ((report.differences ?? 0) > 0) process.exitCode = EXIT.checkFailed;
  });
  return command;
}

function asOfOption(text: string | undefined): { asOf?: Instant } {
  if (text === undefined) return {};
  const asOf = parseInstant(text);
  if (asOf === undefined) throw badInput(`--as-of ${text}: a date and time such as 2026-06-01T08:15:00Z is expected`);
  return { asOf };
}

async function replaying(engines: Engines, options: ReplayOptions, files: OutFiles): Promise<ReplayReport> {
  const digest = targetDigest();
  let sessions = 0;
  for await (const target of replayedTargets(engines.store, withProgress(options))) {
    digest.add(target);
    files.target(target);
    sessions += 1;
  }
  return { sessions, digest: digest.hex() };
}

function comparing(engines: Engines, options: ReplayOptions, files: OutFiles): Promise<ReplayReport> {
  let printed = 0;
  return compareReplay({ store: engines.store, model: engines.readModel }, withProgress(options), {
    onTarget: (target) => {
      files.target(target);
    },
    onDifference: (difference) => {
      files.difference(difference);
      printed += 1;
      if (printed <= DIFFERENCES_PRINTED_MAX) note(`${difference.session}: ${difference.what}`);
    },
  });
}

function withProgress(options: ReplayOptions): ReplayOptions {
  let progress: ReturnType<typeof openProgress> | undefined;
  return {
    ...options,
    onProgress: ({ done, of }) => {
      progress ??= openProgress('replay', of);
      progress.at(done);
      if (done === of) progress.done();
    },
  };
}

interface OutFiles {
  target(target: Target): void;
  difference(difference: ReplayDifference): void;
  close(): Promise<void>;
}

async function openFiles(folder: string | undefined): Promise<OutFiles> {
  if (folder === undefined)
    return { target: () => undefined, difference: () => undefined, close: () => Promise.resolve() };
  await mkdir(folder, { recursive: true });
  const targets = createWriteStream(join(folder, 'targets.jsonl'));
  const differences = createWriteStream(join(folder, 'differences.jsonl'));
  return {
    target: ({ session, assessment, charge }) =>
      void targets.write(`{"session":"${session}","assessment":${assessment},"charge":${charge}}\n`),
    difference: (difference) => void differences.write(`${JSON.stringify(difference)}\n`),
    close: async () => {
      await Promise.all([targets, differences].map((file) => new Promise((resolve) => file.end(resolve))));
    },
  };
}

function printReport({ sessions, digest, live, differences }: ReplayReport): void {
  printLine(`replayed ${sessions} sessions: ${digest}`);
  if (live === undefined) return;
  printLine(`live     ${live.sessions} sessions: ${live.digest}`);
  printLine(differences === 0 ? 'no differences' : `${differences ?? 0} differences`);
}
