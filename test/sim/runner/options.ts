import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { PLANTED } from '../world/planted';

/** What the runner is asked to do. */
export interface RunnerOptions {
  /** The first seed. */
  readonly from: number;
  readonly seeds: number;
  readonly processes: number;
  /** Name of a planted bug with which the ledger runs. */
  readonly bug: string | undefined;
  /** File for the totals, in the form of Jest's JSON. */
  readonly out: string | undefined;
  /** One seed alone, told in full. */
  readonly isSingle: boolean;
}

/** Seeds of a whole run. */
export const SEEDS_DEFAULT = 20_000;

const FROM_DEFAULT = '1';

export const HELP = `npm run test:sim -- [options]

  --seeds N       so many seeds (${SEEDS_DEFAULT})
  --from N        the first of them (1)
  --seed N        that one alone: prints its trace hash, its faults and every breach
  --processes N   processes side by side (one for each processor)
  --bug NAME      with a planted bug, which has to be noticed: ${Object.keys(PLANTED)
    .map((name) => `"${name}"`)
    .join(', ')}
  --out FILE      writes the totals as JSON to a file as well
`;

/** An option says nothing that can be done. */
export class BadOption extends Error {
  readonly code = 'bad-option';
}

/** Reads the command line; undefined when only help was asked for. @throws BadOption, TypeError for an unknown option */
export function readOptions(args: readonly string[]): RunnerOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: `${SEEDS_DEFAULT}` },
      from: { type: 'string', default: FROM_DEFAULT },
      seed: { type: 'string' },
      processes: { type: 'string', default: `${availableParallelism()}` },
      bug: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { seed, seeds, from, processes, bug, out } = values;
  if (seed !== undefined && (seeds !== `${SEEDS_DEFAULT}` || from !== FROM_DEFAULT)) {
    throw new BadOption('--seed is one seed: it goes with neither --seeds nor --from');
  }
  if (bug !== undefined && !Object.hasOwn(PLANTED, bug)) throw new BadOption(`there is no planted bug "${bug}"`);
  return {
    ...(seed === undefined
      ? { from: countOf('from', from), seeds: countOf('seeds', seeds), isSingle: false }
      : single(seed)),
    processes: countOf('processes', processes),
    bug,
    out,
  };
}

function single(seed: string): Pick<RunnerOptions, 'from' | 'seeds' | 'isSingle'> {
  return { from: countOf('seed', seed), seeds: 1, isSingle: true };
}

function countOf(name: string, text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new BadOption(`--${name} has to be a whole number from 1 on, not "${text}"`);
}
