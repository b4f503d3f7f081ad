import { createFeedTopics, openLogger } from '@ledger/platform';

import { CommandFailed, EXIT, badInput } from '../exit';
import { settingsFor } from './engines';

/** What became of one topic. */
export type TopicReport = Awaited<ReturnType<typeof createFeedTopics>>[number];

/** Creates the topics that are missing on the brokers of the environment. @throws CommandFailed */
export async function createTopics(plan: {
  readonly partitions: number;
  readonly replication: number;
}): Promise<readonly TopicReport[]> {
  const settings = settingsFor(undefined);
  if (settings.LEDGER_FEED !== 'kafka') throw badInput('topics are for Kafka: set LEDGER_FEED=kafka and KAFKA_BROKERS');
  return createFeedTopics(settings, openLogger('ledgerctl', 'error'), plan).catch((error: unknown) => {
    throw failed(error);
  });
}

function failed(error: unknown): CommandFailed {
  const isSettings = error instanceof Error && 'code' in error && error.code === 'bad-kafka-settings';
  const message = error instanceof Error ? error.message : String(error);
  return new CommandFailed(message, isSettings ? EXIT.badInput : EXIT.notReachable, { cause: error });
}
