import 'reflect-metadata';

import { CommanderError } from 'commander';

import { CommandFailed, EXIT } from './exit';
import { program } from './program';

async function main(): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads our output has seen enough (`ledgerctl … | head`).
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  try {
    await program().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.done : EXIT.badInput);
    if (!(error instanceof CommandFailed)) throw error;
    process.stderr.write(`ledgerctl: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

void main();
