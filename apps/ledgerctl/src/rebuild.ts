import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

import { jsonOption } from './options';
import { printJson, printLine } from './output';

/** `ledgerctl rebuild`: fill billing's tables anew from the events, beside the live ones, and swap them. */
export function rebuildCommand(): CommandUnknownOpts {
  return new Command('rebuild')
    .description('Fill the tables anew from the events alone, beside the live ones, and swap them in one step')
    .option(
      '--data-dir <folder>',
      'data folder of the embedded engines, instead of LEDGER_DATA; no service may be running on it',
    )
    .addOption(jsonOption())
    .action(async ({ dataDir, json }) => {
      const { rebuildLocalTables } = await import('./local/rebuild-tables.js');
      const { events, position } = await rebuildLocalTables(dataDir);
      if (json === true) printJson({ events, position });
      else printLine(`rebuilt the tables from ${events} events, up to position ${position}`);
    });
}
