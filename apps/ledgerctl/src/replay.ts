import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { parseInstant } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { EXIT, badInput } from './exit';
import type { ReplayReport } from './local/replay-all';
import { jsonOption } from './options';
import { printJson, printLine } from './output';

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
    const options = { ...asOfOption(asOf), compare: compare === true, out, dataDir };
    const { replayAll } = await import('./local/replay-all.js');
    const report = await replayAll(options);
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

function printReport({ sessions, digest, live, differences }: ReplayReport): void {
  printLine(`replayed ${sessions} sessions: ${digest}`);
  if (live === undefined) return;
  printLine(`live     ${live.sessions} sessions: ${live.digest}`);
  printLine(differences === 0 ? 'no differences' : `${differences ?? 0} differences`);
}
