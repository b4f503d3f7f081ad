import 'reflect-metadata';

import { CommanderError } from 'commander';

import { demoProgram } from './demo/run-demo';
import { CommandFailed, EXIT } from './exit';

async function main(): Promise<void> {
  try {
    await demoProgram().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.done : EXIT.badInput);
    if (!(error instanceof CommandFailed)) throw error;
    process.stderr.write(`demo: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

void main();
