import { basename } from 'node:path';

import { Command, Option } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { OCPI_VERSIONS, explainPriceLine, priceContractLine } from '@ledger/tariff';
import { isJsonArray, isJsonObject, readJson, writeJson } from '@ledger/units';
import type { JsonValue } from '@ledger/units';

import { describeLines } from './describe';
import { CommandFailed, EXIT, badInput } from './exit';
import { jsonOption, readJsonInput } from './options';
import { printLine } from './output';
import { priceLines } from './price-lines';

/** Options of `price` for one session. */
interface OneSession {
  readonly tariff: string;
  readonly session: string;
  readonly timezone: string;
  readonly ocpiVersion?: string;
  readonly json?: true;
}

/** `ledgerctl price`: prices one session, or a stream of them, with no service and without storing anything. */
export function priceCommand(): CommandUnknownOpts {
  const command = new Command('price')
    .description('Price a session, or with --jsonl a stream of them, without storing anything')
    .addOption(
      new Option(
        '--jsonl',
        'one request a line on standard input, one answer a line on standard output, in the same order',
      ).conflicts(['tariff', 'session', 'timezone', 'ocpiVersion']),
    )
    .option('--tariff <file>', 'an OCPI Tariff, or a list of them of which the first one valid at the start counts')
    .option('--session <file>', 'a session with charging_periods or meter_readings')
    .option('--timezone <zone>', 'IANA name of the zone of the location, such as Europe/Berlin')
    .addOption(new Option('--ocpi-version <version>', 'how to read the tariff').choices(OCPI_VERSIONS))
    .addOption(jsonOption());
  command.action(async ({ jsonl, tariff, session, timezone, ocpiVersion, json }) => {
    if (jsonl === true) {
      await priceLines(process.stdin, process.stdout);
      return;
    }
    if (tariff === undefined || session === undefined || timezone === undefined) {
      throw badInput('--tariff, --session and --timezone are required, or --jsonl');
    }
    priceOne({
      tariff,
      session,
      timezone,
      ...(ocpiVersion === undefined ? {} : { ocpiVersion }),
      ...(json === undefined ? {} : { json }),
    });
  });
  return command;
}

function priceOne({ tariff, session, timezone, ocpiVersion, json }: OneSession): void {
  const tariffs = readJsonInput(tariff);
  const line = writeJson({
    id: basename(session),
    ...(ocpiVersion === undefined ? {} : { ocpi_version: ocpiVersion }),
    ...(isJsonArray(tariffs) ? { tariffs } : { tariff: tariffs }),
    timezone,
    session: readJsonInput(session),
  });
  const answer = priceContractLine(line);
  const reading = readJson(answer);
  const amounts = reading.ok && isJsonObject(reading.value) ? reading.value : {};
  const { error } = amounts;
  if (typeof error === 'string') throw new CommandFailed(error, EXIT.badInput);
  if (json === true) {
    printLine(answer);
    return;
  }
  const explained = explainPriceLine(line);
  if (explained !== undefined) for (const one of [...describeLines(explained), '']) printLine(one);
  for (const one of describeAmounts(amounts)) printLine(one);
}

const NAMES = [
  ['total_fixed_cost', 'fixed'],
  ['total_energy_cost', 'energy'],
  ['total_time_cost', 'time'],
  ['total_parking_cost', 'parking'],
  ['total_reservation_cost', 'reservation'],
  ['total_cost', 'total'],
] as const;

function describeAmounts(answer: Readonly<Record<string, JsonValue | undefined>>): readonly string[] {
  const rows = NAMES.flatMap(([name, word]) => {
    const amount = answer[name];
    if (!isJsonObject(amount)) return [];
    const [excl = null, incl = null] = [amount['excl_vat'], amount['incl_vat']];
    return [[word, writeJson(excl), incl === null ? 'not known' : writeJson(incl)] as const];
  });
  const head = ['', 'without taxes', 'with taxes'] as const;
  return [head, ...rows].map(([word, excl, incl]) => `${word.padEnd(12)} ${excl.padStart(14)} ${incl.padStart(14)}`);
}
