import { Command } from '@commander-js/extra-typings';
import { lintTariff, parseTariff } from '@ledger/tariff';
import type { TariffFinding } from '@ledger/tariff';
import { readJson } from '@ledger/units';

import { Client } from './client';
import { EXIT, badInput } from './exit';
import { putObjects } from './locations';
import { jsonOption, readInput, urlOption } from './options';
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
    .description('Check a tariff without publishing it: what is wrong, and what is odd, with the place of each')
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

/** What is wrong and what is odd about the tariff in a file. @throws CommandFailed when the file is no JSON */
function linted(file: string, timezone: string | undefined): Linted {
  const reading = readJson(readInput(file));
  if (!reading.ok) throw badInput(`${file}${reading.pointer}: ${reading.reason}, at character ${reading.offset}`);
  const outcome = parseTariff(reading.value);
  if (!outcome.ok) return outcome;
  const odd = lintTariff(outcome.tariff, timezone === undefined ? {} : { zone: timezone });
  return { ok: true, findings: [], warnings: [...outcome.warnings, ...odd] };
}
