import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { rebuildTables } from '@ledger/usecases';

import { settingsFor, withEngines } from './local-engines';
import { jsonOption } from './options';
import { note, printJson, printLine } from './output';

/** Events between two words about the progress. */
const TELL_EVERY = 10_000;

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
      const { LEDGER_GRACE_SECONDS, LEDGER_SILENCE_SECONDS } = settingsFor(dataDir);
      const due = { graceMs: LEDGER_GRACE_SECONDS * 1_000, silenceMs: LEDGER_SILENCE_SECONDS * 1_000 };
      let told = 0;
      const { events, position } = await withEngines(dataDir, ({ store, readModel: model }) =>
        rebuildTables({ store, model, due }, (progress) => {
          if (progress.events - told < TELL_EVERY || !process.stderr.isTTY) return;
          told = progress.events;
          note(`${progress.events} events`);
        }),
      );
      if (json === true) printJson({ events, position });
      else printLine(`rebuilt the tables from ${events} events, up to position ${position}`);
    });
}
