import { Command } from '@commander-js/extra-typings';
import { lintTariff, parseTariff } from '@ledger/tariff';
import type { TariffFinding } from '@ledger/tariff';
import { isJsonArray, zoneOf } from '@ledger/units';
import type { JsonValue } from '@ledger/units';

import { Client } from './client';
import { EXIT, badInput } from './exit';
import { putObjects } from './locations';
import { jsonOption, readJsonInput, urlOption } from './options';
import { printJson, printLine } from './output';
import { addPreview } from './tariffs-preview';

/** `ledgerctl tariffs`: OCPI Tariffs and who pays them. */
export function tariffsCommand(): Command {
  const command = new Command('tariffs').description('OCPI Tariffs: publish, assign, lint, preview');
  command
    .command('put')
    .description('Publish the Tariff, or the list of them, in a JSON file')
    .argument('<file>', 'JSON file; - for standard input')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action((file, options) => putObjects('tariffs', file, options));
  addAssign(command);
  addLint(command);
  addPreview(command);
  return command;
}

function addAssign(command: Command): void {
  command
    .command('assign')
    .description('Say who pays a tariff; the most specific assignment wins')
    .argument('<tariff>', 'id of a published tariff')
    .requiredOption('--from <time>', 'sessions that begin at or after this moment')
    .option('--to <time>', 'sessions that begin before this moment')
    .option('--location <id>')
    .option('--station <id>')
    .option('--evse <id>')
    .option('--connector <id>')
    .option('--token-group <group>')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async (tariff, { from, to, url, json, location, station, evse, connector, tokenGroup }) => {
      const scope = { location, station, evse, connector, tokenGroup };
      const body = JSON.stringify({ tariff, scope, from, to });
      const answer = await new Client(url).json<{ isNew: boolean }>('/v1/tariff-assignments', { method: 'POST', body });
      if (json === true) printJson(answer);
      else printLine(`${tariff}: ${answer.isNew ? 'assigned' : 'was assigned so already'}`);
    });
}

function addLint(command: Command): void {
  command
    .command('lint')
    .description(
      'Check a Tariff, or the list of them, without publishing: what is wrong, and what is odd, with the place of each',
    )
    .argument('<file>', 'JSON file; - for standard input')
    .option(
      '--timezone <zone>',
      'zone of a location that uses the tariff: hours that a clock change repeats or skips are named',
    )
    .addOption(jsonOption())
    .action((file, { timezone, json }) => {
      const { ok, findings, warnings } = linted(file, timezone);
      if (json === true) printJson({ ok, findings, warnings });
      else {
        for (const { pointer, code, because } of findings) printLine(`error   ${pointer || '/'} ${code}: ${because}`);
        for (const { pointer, code, because } of warnings) printLine(`warning ${pointer || '/'} ${code}: ${because}`);
        printLine(`${findings.length} errors, ${warnings.length} warnings`);
      }
      if (!ok) process.exitCode = EXIT.checkFailed;
    });
}

interface Linted {
  readonly ok: boolean;
  readonly findings: readonly TariffFinding[];
  readonly warnings: readonly TariffFinding[];
}

/** What is wrong and what is odd about the tariffs in a file. @throws CommandFailed for a file that is no JSON, and a zone that is none */
function linted(file: string, timezone: string | undefined): Linted {
  if (timezone !== undefined && zoneOf(timezone) === undefined) throw badInput(`there is no time zone ${timezone}`);
  const value = readJsonInput(file);
  const each = isJsonArray(value)
    ? value.map((item, at) => within(`/${at}`, lintedTariff(item, timezone)))
    : [lintedTariff(value, timezone)];
  return {
    ok: each.every(({ ok }) => ok),
    findings: each.flatMap(({ findings }) => findings),
    warnings: each.flatMap(({ warnings }) => warnings),
  };
}

function lintedTariff(value: JsonValue, timezone: string | undefined): Linted {
  const outcome = parseTariff(value);
  if (!outcome.ok) return outcome;
  const odd = lintTariff(outcome.tariff, timezone === undefined ? {} : { zone: timezone });
  return { ok: true, findings: [], warnings: [...outcome.warnings, ...odd] };
}

/** The findings of one tariff of a list, each with its place in the file. */
function within(place: string, { ok, findings, warnings }: Linted): Linted {
  const placed = (one: TariffFinding): TariffFinding => ({ ...one, pointer: `${place}${one.pointer}` });
  return { ok, findings: findings.map(placed), warnings: warnings.map(placed) };
}
