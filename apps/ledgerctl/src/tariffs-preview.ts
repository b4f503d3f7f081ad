import { Option } from '@commander-js/extra-typings';
import type { Command } from '@commander-js/extra-typings';
import { writeJson } from '@ledger/units';
import type { PreviewTotals, PreviewedSession } from '@ledger/usecases';

import { Client } from './client';
import { jsonOption, readJsonInput, urlOption } from './options';
import { printJson, printLine, printTable } from './output';

interface Preview {
  readonly tariff: { readonly id: string; readonly version: string };
  readonly warnings: readonly { readonly pointer: string; readonly code: string; readonly because: string }[];
  readonly by: 'session' | 'station' | 'month';
  readonly items: readonly (PreviewedSession | PreviewTotals)[];
  readonly itemsTotal: number;
  readonly totals: readonly PreviewTotals[];
}

/** `ledgerctl tariffs preview`: what a proposed tariff would have cost; nothing is stored. */
export function addPreview(command: Command): void {
  command
    .command('preview')
    .description('Price a proposed tariff over the stored sessions and show the difference; nothing is stored')
    .requiredOption('--tariff <file>', 'JSON file with the proposed Tariff; - for standard input')
    .option('--station <id>')
    .option('--location <id>')
    .option('--from <time>', 'sessions that began at or after this moment')
    .option('--to <time>', 'sessions that began before this moment')
    .addOption(
      new Option('--by <what>', 'list each session, or sums').choices(['session', 'station', 'month'] as const),
    )
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async ({ tariff, url, json, ...filters }) => {
      const body = writeJson({ ...given(filters), tariff: readJsonInput(tariff) });
      const preview = await new Client(url).json<Preview>('/v1/tariffs/preview', { method: 'POST', body });
      if (json === true) printJson(preview);
      else printPreview(preview);
    });
}

function given(filters: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function printPreview({ tariff, warnings, by, items, itemsTotal, totals }: Preview): void {
  printLine(`tariff ${tariff.id}, version ${tariff.version}`);
  for (const { pointer, code, because } of warnings) printLine(`warning ${pointer || '/'} ${code}: ${because}`);
  if (by === 'session') printSessions(items.filter((item) => 'session' in item));
  else
    printSums(
      by,
      items.filter((item) => 'key' in item),
    );
  if (items.length < itemsTotal) printLine(`and ${itemsTotal - items.length} more`);
  printSums('all', totals);
}

function printSessions(sessions: readonly PreviewedSession[]): void {
  printTable(
    ['session', 'station', 'month', 'now', 'proposed', 'difference', 'why none'],
    sessions.map(({ session, station, month, now, proposed, difference = '', because = '' }) => [
      session,
      station,
      month,
      now === undefined ? '' : `${now.inclTax} ${now.currency}`,
      proposed === undefined ? '' : `${proposed.inclTax} ${proposed.currency}`,
      difference,
      because,
    ]),
  );
}

function printSums(by: string, sums: readonly PreviewTotals[]): void {
  printTable(
    [by, 'currency', 'sessions', 'compared', 'now', 'proposed', 'difference'],
    sums.map(({ key, currency, sessions, compared, nowInclTax, proposedInclTax, difference }) => [
      key === '' ? 'all' : key,
      currency,
      `${sessions}`,
      `${compared}`,
      nowInclTax,
      proposedInclTax,
      difference,
    ]),
  );
}
