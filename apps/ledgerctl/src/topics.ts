import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

import { EXIT } from './exit';
import type { TopicReport } from './local/create-topics';
import { jsonOption } from './options';
import { printJson, printTable } from './output';

/** Most partitions and copies that the command takes: beyond, a mistake is likelier than a plan. */
const PARTITIONS_MAX = 10_000;
const REPLICATION_MAX = 9;

/** `ledgerctl topics`: the topics of the ledger on Kafka, made by intent and never by chance. */
export function topicsCommand(): CommandUnknownOpts {
  return new Command('topics').description('The topics of the ledger on Kafka').addCommand(createCommand());
}

function createCommand(): CommandUnknownOpts {
  return new Command('create')
    .description(
      'Create the topics that are missing, and tell what differs about the others; changes nothing that is there',
    )
    .requiredOption('--partitions <n>', 'partitions of each topic', wholeNumber(PARTITIONS_MAX))
    .requiredOption('--replication <n>', 'copies of each partition', wholeNumber(REPLICATION_MAX))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nThe brokers are those of the environment: LEDGER_FEED=kafka, KAFKA_BROKERS and its other settings.' +
        '\nExit code 1: a topic that is there differs from the plan.',
    )
    .action(async ({ partitions, replication, json }) => {
      const { createTopics } = await import('./local/create-topics.js');
      const reports = await createTopics({ partitions, replication });
      if (json === true) printJson({ topics: reports });
      else printTable(['topic', 'status', 'differences'], reports.map(rowOf));
      if (reports.some(({ status }) => status === 'differs')) process.exitCode = EXIT.checkFailed;
    });
}

function rowOf({ topic, status, differences }: TopicReport): readonly string[] {
  const told = differences.map(({ setting, planned, found }) => `${setting} is ${found}, not ${planned}`);
  return [topic, status, told.join('; ')];
}

function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw new InvalidArgumentError(`a whole number from 1 to ${max} is expected`);
  };
}
