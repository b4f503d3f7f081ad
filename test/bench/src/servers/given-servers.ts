import { BadOption } from '../options';

/** The servers on which the lines of `--servers` run. */
export interface GivenServers {
  /** `host:port` of brokers, separated by commas. */
  readonly brokers: string;
  /** A PostgreSQL in which databases may be made and dropped. */
  readonly databaseUrl: string;
  /** An EventStoreDB; without one the server of the tests stands in for it, in a process of its own. */
  readonly eventStoreUrl?: string;
}

/** Reads them from the environment, under the names that the engine tests use. @throws BadOption when one is missing */
export function givenServers(environment: Readonly<NodeJS.ProcessEnv>): GivenServers {
  const eventStoreUrl = environment['EVENTSTORE_URL'];
  return {
    brokers: needed(environment, 'KAFKA_BROKERS', 'host:port of a Kafka broker that the benchmark may fill'),
    databaseUrl: needed(environment, 'DATABASE_URL', 'the address of a PostgreSQL that the benchmark may fill'),
    ...(eventStoreUrl === undefined ? {} : { eventStoreUrl }),
  };
}

function needed(environment: Readonly<NodeJS.ProcessEnv>, name: string, meaning: string): string {
  const value = environment[name] ?? '';
  if (value === '') throw new BadOption(`--servers needs ${name}: ${meaning} (test/engines/servers.sh starts both)`);
  return value;
}
