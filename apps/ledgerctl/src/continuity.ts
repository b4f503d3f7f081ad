import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { ConnectorContinuity, ContinuityPage, ContinuityTotals } from '@ledger/usecases';

import { Client } from './client';
import { jsonOption, urlOption } from './options';
import { printJson, printLine, printTable } from './output';
import { queryOf } from './sessions';

/** `ledgerctl continuity`: what meters counted beside what their sessions say. */
export function continuityCommand(): CommandUnknownOpts {
  return new Command('continuity')
    .description('Energy that meters counted and sessions do not tell of: unbilled between them, missing within them')
    .option('--station <id>', 'its connectors alone, each break of the register by itself')
    .option('--from <time>', 'sessions that began at or after this moment')
    .option('--to <time>', 'sessions that began before this moment')
    .option('--limit <n>', 'connectors to list', '100')
    .option('--cursor <cursor>', 'where the page before ended')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async ({ url, json, limit, cursor, ...filters }) => {
      const client = new Client(url);
      const page = await client.json<ContinuityPage>(`/v1/continuity?${queryOf({ ...filters, limit, cursor })}`);
      const totals = await client.json<ContinuityTotals>(`/v1/continuity/totals?${queryOf(filters)}`);
      if (json === true) {
        printJson({ ...page, totals });
        return;
      }
      printTable(HEADING, [...page.items.map(rowOf), totalRow(totals)]);
      if (filters.station !== undefined) printBreaks(page.items);
      if (page.next !== undefined) printLine(`more: --cursor ${page.next}`);
    });
}

const HEADING = [
  ...['station', 'evse', 'connector', 'sessions', 'register from', 'to Wh'],
  ...['advance', 'in sessions', 'unbilled', 'missing', 'fallen', 'unconfirmed'],
];

function rowOf(one: ConnectorContinuity): readonly string[] {
  const { station, evse = '', connector = '', sessions, firstRegisterWh = '', lastRegisterWh = '' } = one;
  return [station, evse, connector, `${sessions}`, firstRegisterWh, lastRegisterWh, ...energiesOf(one)];
}

function totalRow(totals: ContinuityTotals): readonly string[] {
  return ['all', '', '', `${totals.sessions}`, '', '', ...energiesOf(totals)];
}

function energiesOf(one: ContinuityTotals | ConnectorContinuity): readonly string[] {
  return [one.advanceWh, one.sessionsWh, one.unbilledWh, one.missingWh, one.fallenWh, one.unconfirmedWh];
}

function printBreaks(items: readonly ConnectorContinuity[]): void {
  const breaks = items.flatMap((one) => one.breaks.map((broken) => ({ ...broken, connector: one.connector ?? '' })));
  if (breaks.length === 0) return;
  printLine();
  printTable(
    ['connector', 'break', 'Wh', 'from', 'to', 'register from', 'to Wh', 'session'],
    breaks.map(({ connector, kind, energyWh, from, to, fromWh, toWh, session }) => [
      ...[connector, kind, energyWh, from, to, fromWh, toWh, session],
    ]),
  );
  const total = items.reduce((sum, { breaksTotal }) => sum + breaksTotal, 0);
  if (breaks.length < total) printLine(`and ${total - breaks.length} more`);
}
