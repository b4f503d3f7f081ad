import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { CommanderError } from 'commander';

import { CommandFailed, EXIT } from './exit';
import { program } from './program';

/** Makes a command and all below it throw what is wrong with the arguments, so that one place decides the exit code. */
function strict(command: CommandUnknownOpts): CommandUnknownOpts {
  for (const below of command.commands) strict(below);
  return command.exitOverride();
}

async function main(): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads our output has seen enough (`ledgerctl … | head`).
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  try {
    await strict(program()).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.done : EXIT.badInput);
    if (!(error instanceof CommandFailed)) throw error;
    process.stderr.write(`ledgerctl: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

void main();
