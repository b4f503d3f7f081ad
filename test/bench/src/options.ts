import { parseArgs } from 'node:util';

/** The lines of the benchmark, in the order in which they run; each works on what the one before left. */
export const LINES = [
  'intake',
  'ocpp-1.6',
  'ocpp-2.0.1',
  'http',
  'fold',
  'rebuild',
  'replay',
  'pricing',
  'price-lines',
  'price-lines-shared',
  'standalone',
] as const;

/** One line of the benchmark. */
export type LineName = (typeof LINES)[number];

/** What the benchmark is asked to do. */
export interface BenchOptions {
  readonly statements: number;
  readonly connectors: number;
  readonly seed: number;
  readonly runs: number;
  readonly only: readonly LineName[];
  readonly growth: readonly number[];
  /** The lines on Kafka, PostgreSQL and EventStoreDB instead of those on the embedded engines. */
  readonly isOnServers: boolean;
  /** Steady loads of `--servers`, in statements per second. */
  readonly rates: readonly number[];
  /** How long each steady load is measured. */
  readonly seconds: number;
  readonly isJson: boolean;
  readonly out: string | undefined;
}

/** Statements of one run unless told otherwise: some seconds a line, enough for the engine to have compiled everything. */
export const STATEMENTS_DEFAULT = 50_000;
/** Connectors that charge at the same time. */
export const CONNECTORS_DEFAULT = 1_000;
/** The sizes of `--growth`. */
export const GROWTH_SIZES = [10_000, 100_000, 1_000_000] as const;
/** The steady loads of `--servers`, in statements per second. */
export const RATES_DEFAULT = [2_000, 10_000] as const;
/** Seconds of each steady load. */
export const SECONDS_DEFAULT = 20;

export const HELP = `npm run bench -- [options]

  --statements N   statements of one run (${STATEMENTS_DEFAULT})
  --connectors N   connectors that charge at the same time (${CONNECTORS_DEFAULT})
  --only NAME      one line alone, may be repeated: ${LINES.join(', ')}
  --runs K         repeat and take medians (1)
  --growth         cost per statement at ${GROWTH_SIZES.join(', ')} statements; --sizes A,B,… for other sizes
  --servers        Kafka, PostgreSQL and EventStoreDB instead of the embedded engines; reads KAFKA_BROKERS, DATABASE_URL
                   and EVENTSTORE_URL. --rates A,B,… for other steady loads (${RATES_DEFAULT.join(',')} statements/s; none: 0),
                   --seconds S for another length of each (${SECONDS_DEFAULT})
  --seed S         another fleet (1)
  --json           one JSON document on stdout instead of the table
  --out FILE       write that document to a file as well
`;

/** An option says nothing that can be done. */
export class BadOption extends Error {
  readonly code = 'bad-option';
}

/** Reads the command line; undefined when only help was asked for. @throws BadOption, TypeError for an unknown option */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      statements: { type: 'string', default: `${STATEMENTS_DEFAULT}` },
      connectors: { type: 'string', default: `${CONNECTORS_DEFAULT}` },
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      growth: { type: 'boolean', default: false },
      sizes: { type: 'string', default: GROWTH_SIZES.join(',') },
      servers: { type: 'boolean', default: false },
      rates: { type: 'string', default: RATES_DEFAULT.join(',') },
      seconds: { type: 'string', default: `${SECONDS_DEFAULT}` },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    statements: countOf('statements', values.statements),
    connectors: countOf('connectors', values.connectors),
    seed: countOf('seed', values.seed),
    runs: countOf('runs', values.runs),
    only: values.only.map(lineOf),
    growth: values.growth ? values.sizes.split(',').map((size) => countOf('sizes', size)) : [],
    isOnServers: values.servers,
    rates: values.rates === '0' ? [] : values.rates.split(',').map((rate) => countOf('rates', rate)),
    seconds: countOf('seconds', values.seconds),
    isJson: values.json,
    out: values.out,
  };
}

function countOf(name: string, text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new BadOption(`--${name} has to be a whole number from 1 on, not "${text}"`);
}

function lineOf(text: string): LineName {
  const line = LINES.find((known) => known === text);
  if (line === undefined) throw new BadOption(`--only knows ${LINES.join(', ')}, not "${text}"`);
  return line;
}
