import { Command, Option } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

import { Client } from '../client';
import { badInput, EXIT } from '../exit';
import { jsonOption } from '../options';
import { note, printJson, printLine } from '../output';
import { answersOf, readAnswers } from './answers';
import { chargerOf, FORMATS, type FleetPlan } from './charger';
import { FAULT_NAMES, FAULTS, parseFaults, shareOf } from './faults';
import { fleetOf, shuffled, truthsOf, SHUFFLE_WINDOW } from './fleet';
import { judgeStation, type Answer } from './judge';
import { LineFile } from './line-file';
import { locationsOf } from './locations';
import { expectationOf } from './money';
import { printVerdicts, Tally } from './tally';

/** Most chargers, and most sessions of each or days, of one fleet. */
const CHARGERS_MAX = 100_000;
const SESSIONS_MAX = 10_000;
const DAYS_MAX = 366;
const SEED_MAX = 4_294_967_295;
/** Sessions of each charger unless `--sessions` or `--days` says otherwise. */
const SESSIONS_DEFAULT = 10;

interface SimulateOptions {
  readonly chargers: string;
  readonly sessions?: string;
  readonly days?: string;
  readonly seed: string;
  readonly format: FleetPlan['format'];
  readonly faults: string;
  readonly duplicates: string;
  readonly from: string;
  readonly shuffle?: true;
  readonly out?: string;
  readonly truth?: string;
  readonly locations?: string;
  readonly tariff?: string;
  readonly judge?: string;
  readonly answers?: string;
  readonly json?: true;
}

/** `ledgerctl simulate`: a fleet whose truth is known, and the judge of what a ledger made of it. */
export function simulateCommand(): CommandUnknownOpts {
  return new Command('simulate')
    .description('Write the meter events of a simulated fleet with faults, or judge what a ledger made of them')
    .option('--chargers <n>', 'chargers of the fleet', '10')
    .option('--sessions <n>', `sessions of each charger (by default ${SESSIONS_DEFAULT})`)
    .option('--days <n>', 'instead: days during which sessions begin')
    .option('--seed <n>', 'the same seed and options give the same bytes', '1')
    .addOption(
      new Option('--format <name>', 'what chargers speak')
        .choices([...FORMATS, 'mixed'] as const)
        .default('mixed' as const),
    )
    .option('--faults <list>', '"all", "none", or names with rates: stop-lost,clock-1970=0.5', 'all')
    .option('--duplicates <share>', 'share of messages that are delivered twice', '0.02')
    .option('--from <time>', 'when the fleet begins', '2026-01-05T00:00:00Z')
    .option('--shuffle', `deliver out of order, up to ${SHUFFLE_WINDOW} messages apart`)
    .option('--out <file>', 'where the events go, one CloudEvent a line; - is standard output (the default)')
    .option('--truth <file>', 'where the truth goes, one session a line')
    .option('--locations <file>', 'where the OCPI Locations of the chargers go, for: ledgerctl locations put')
    .option('--tariff <file>', 'an OCPI Tariff of ENERGY and FLAT: compare the money of sound sessions, too')
    .option('--judge <url>', 'judge the sessions of this service instead of writing events')
    .option('--answers <file>', 'judge the sessions in this file, one a line as GET /v1/sessions shows them')
    .addOption(jsonOption())
    .addHelpText('after', faultsHelp())
    .action((options) => simulate(options));
}

function faultsHelp(): string {
  const width = Math.max(...FAULT_NAMES.map(({ length }) => length));
  const lines = FAULT_NAMES.map((name) => {
    const { rate, of, says } = FAULTS[name];
    return `  ${name.padEnd(width)}  ${`${rate}`.padStart(5)} of ${of}: ${says}`;
  });
  return [
    '\nFaults and their usual rates:',
    ...lines,
    '\nTo judge: send the events, wait until the ledger is at rest, and repeat the command line with --judge. A session is',
    'right, or held, provisional or unmetered for a reason; exit 1 when one is silently wrong or nothing explains its state.',
  ].join('\n');
}

async function simulate(options: SimulateOptions): Promise<void> {
  const plan = planOf(options);
  if (options.judge !== undefined && options.answers !== undefined) {
    throw badInput('--judge and --answers exclude each other: there is one ledger to judge');
  }
  const expect = options.tariff === undefined ? undefined : expectationOf(options.tariff);
  if (options.judge === undefined && options.answers === undefined) await writeFleet(plan, options, expect);
  else await judgeFleet(plan, options, expect);
}

function planOf(options: SimulateOptions): FleetPlan {
  const { sessions, days } = options;
  if (sessions !== undefined && days !== undefined) throw badInput('--sessions and --days exclude each other');
  const perCharger = days === undefined ? (sessions ?? `${SESSIONS_DEFAULT}`) : undefined;
  const fromMs = Date.parse(options.from);
  if (Number.isNaN(fromMs)) throw badInput('--from has to be a time such as 2026-01-05T00:00:00Z');
  return {
    chargers: wholeIn(options.chargers, '--chargers', [1, CHARGERS_MAX]),
    sessions: perCharger === undefined ? undefined : wholeIn(perCharger, '--sessions', [1, SESSIONS_MAX]),
    days: days === undefined ? undefined : wholeIn(days, '--days', [1, DAYS_MAX]),
    seed: wholeIn(options.seed, '--seed', [0, SEED_MAX]),
    format: options.format,
    faults: parseFaults(options.faults),
    duplicates: shareOf(options.duplicates, '--duplicates'),
    fromMs,
  };
}

function wholeIn(text: string, what: string, [least, most]: readonly [number, number]): number {
  const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw badInput(`${what} has to be a whole number from ${least} to ${most}`);
}

type Expectation = ReturnType<typeof expectationOf> | undefined;

async function writeFleet(plan: FleetPlan, options: SimulateOptions, expect: Expectation): Promise<void> {
  const { out = '-', locations: locationsPath, json } = options;
  if (json === true && out === '-') throw badInput('--json needs --out: standard output carries the events');
  if (locationsPath !== undefined) await writeLocations(plan, locationsPath);
  const counts = await writeItems(plan, { ...options, out }, expect);
  if (json === true) printJson(counts);
  else note(`${counts.events} events of ${counts.sessions} sessions of ${plan.chargers} chargers`);
}

async function writeItems(
  plan: FleetPlan,
  { out, truth, shuffle }: SimulateOptions & { readonly out: string },
  expect: Expectation,
): Promise<{ readonly events: number; readonly sessions: number }> {
  const events = await LineFile.open(out);
  const truths = truth === undefined ? undefined : await LineFile.open(truth);
  const counts = { events: 0, sessions: 0 };
  const items = fleetOf(plan);
  for (const item of shuffle === true ? shuffled(items, plan.seed) : items) {
    if (item.kind === 'message') {
      counts.events += 1;
      await events.write(item.message.text);
    } else {
      counts.sessions += 1;
      await truths?.write(JSON.stringify({ ...item.truth, expected: expect?.(item.truth) }));
    }
  }
  await events.close();
  await truths?.close();
  return counts;
}

/** One JSON list, as `ledgerctl locations put` takes it. */
async function writeLocations(plan: FleetPlan, path: string): Promise<void> {
  const file = await LineFile.open(path);
  let mark = '[';
  for (const location of locationsOf(plan)) {
    await file.write(`${mark}${JSON.stringify(location)}`);
    mark = ',';
  }
  await file.write(']');
  await file.close();
}

async function judgeFleet(plan: FleetPlan, options: SimulateOptions, expect: Expectation): Promise<void> {
  const tally = new Tally();
  const ask = await answering(options);
  for (let number = 0; number < plan.chargers; number += 1) {
    const answers = await ask(chargerOf(plan, number).station);
    tally.add(judgeStation(truthsOf(plan, number), answers, expect));
  }
  const verdicts = tally.verdicts();
  if (options.json === true) printJson(verdicts);
  else printVerdicts(verdicts);
  if (tally.failures === 0) return;
  if (options.json !== true) printLine(`${tally.failures} sessions are not as they have to be`);
  process.exitCode = EXIT.checkFailed;
}

async function answering({
  judge,
  answers,
}: SimulateOptions): Promise<(station: string) => Promise<readonly Answer[]>> {
  if (judge !== undefined) {
    const client = new Client(judge);
    return (station) => answersOf(client, station);
  }
  const read = await readAnswers(answers ?? '');
  return (station) => Promise.resolve(read.get(station) ?? []);
}
