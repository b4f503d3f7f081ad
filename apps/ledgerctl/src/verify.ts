import { Command } from '@commander-js/extra-typings';

import { EXIT } from './exit';
import { jsonOption } from './options';
import { printJson, printLine } from './output';

/** `ledgerctl verify`: recompute what can be recomputed and tell what differs. */
export function verifyCommand(): Command {
  const command = new Command('verify').description('Recompute hashes and tell what differs');
  command
    .command('store')
    .description('Recompute the chain of every stream: no gap, no changed byte, no event slipped in')
    .option(
      '--data-dir <folder>',
      'data folder of the embedded engines, instead of LEDGER_DATA; no service may be running on it',
    )
    .addOption(jsonOption())
    .action(async ({ dataDir, json }) => {
      const { verifyLocalStore } = await import('./local/verify-store.js');
      const report = await verifyLocalStore(dataDir);
      if (json === true) printJson(report);
      else {
        for (const { stream, revision, code, because } of report.findings)
          printLine(`${stream} at revision ${revision}: ${code}: ${because}`);
        printLine(
          `${report.streams} streams, ${report.events} events: ${report.found === 0 ? 'every chain holds' : `${report.found} findings`}`,
        );
      }
      if (report.found > 0) process.exitCode = EXIT.checkFailed;
    });
  return command;
}
