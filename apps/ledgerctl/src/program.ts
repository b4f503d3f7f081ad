import { Command } from '@commander-js/extra-typings';

import { chargesCommand } from './charges';
import { continuityCommand } from './continuity';
import { importCommand } from './import';
import { locationsCommand } from './locations';
import { priceCommand } from './price';
import { rebuildCommand } from './rebuild';
import { receiptsCommand } from './receipts';
import { replayCommand } from './replay';
import { sessionsCommand } from './sessions';
import { simulateCommand } from './simulate/command';
import { tariffsCommand } from './tariffs';
import { topicsCommand } from './topics';
import { verifyCommand } from './verify';

/** The whole command line. */
export function program(): Command {
  return new Command('ledgerctl')
    .description('The command line of the charging session ledger: import, publish, look up, replay and verify.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a check failed or differences were found, 2 usage or bad input, 3 not reachable.',
    )
    .addCommand(importCommand())
    .addCommand(locationsCommand())
    .addCommand(tariffsCommand())
    .addCommand(sessionsCommand())
    .addCommand(chargesCommand())
    .addCommand(continuityCommand())
    .addCommand(priceCommand())
    .addCommand(receiptsCommand())
    .addCommand(replayCommand())
    .addCommand(rebuildCommand())
    .addCommand(topicsCommand())
    .addCommand(verifyCommand())
    .addCommand(simulateCommand());
}
