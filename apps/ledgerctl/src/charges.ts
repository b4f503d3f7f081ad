import { Command } from '@commander-js/extra-typings';
import type { ChargeView } from '@ledger/usecases';

import { Client } from './client';
import { describeCharge } from './describe';
import { jsonOption, urlOption } from './options';
import { printJson, printLine, printTable } from './output';
import { queryOf } from './sessions';

/** `ledgerctl charges`: what sessions cost, and why. */
export function chargesCommand(): Command {
  const command = new Command('charges').description('Charges: list, show, totals');
  command
    .command('list')
    .description('Charges, newest first')
    .option('--station <id>')
    .option('--state <state>', 'final, held or unpriced')
    .option('--currency <code>')
    .option('--from <time>', 'of sessions that ended at or after this moment')
    .option('--to <time>', 'of sessions that ended before this moment')
    .option('--limit <n>', 'charges to list', '20')
    .option('--cursor <cursor>', 'where the page before ended')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async ({ url, json, ...filters }) => {
      const page = await new Client(url).json<{ items: readonly ChargeView[]; next?: string }>(
        `/v1/charges?${queryOf(filters)}`,
      );
      if (json === true) {
        printJson(page);
        return;
      }
      printTable(
        ['charge', 'session', 'state', 'amount', 'tariff', 'why not'],
        page.items.map(({ id, session, state, charge, because = '' }) => [
          id,
          session,
          state,
          charge === undefined ? '' : `${charge.totalInclTax} ${charge.currency}`,
          charge?.tariff.id ?? '',
          because,
        ]),
      );
      if (page.next !== undefined) printLine(`more: --cursor ${page.next}`);
    });
  addShow(command);
  addTotals(command);
  return command;
}

function addShow(command: Command): void {
  command
    .command('show')
    .description('One charge, line by line, with the reason of each line')
    .argument('<session>', 'id of the session or of the charge')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async (id, { url, json }) => {
      const client = new Client(url);
      const path = `/v1/sessions/${encodeURIComponent(id)}/charge`;
      const charge = await client
        .json<ChargeView>(path)
        .catch(() => client.json<ChargeView>(`/v1/charges/${encodeURIComponent(id)}`));
      if (json === true) printJson(charge);
      else for (const line of describeCharge(charge)) printLine(line);
    });
}

function addTotals(command: Command): void {
  command
    .command('totals')
    .description('Exact sums by currency')
    .option('--station <id>')
    .option('--state <state>', 'final, held or unpriced')
    .option('--from <time>', 'of sessions that ended at or after this moment')
    .option('--to <time>', 'of sessions that ended before this moment')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async ({ url, json, ...filters }) => {
      const totals = await new Client(url).json<{
        items: readonly { currency: string; count: number; totalInclTax: string; energyWh: string }[];
      }>(`/v1/charges/totals?${queryOf(filters)}`);
      if (json === true) {
        printJson(totals);
        return;
      }
      printTable(
        ['currency', 'charges', 'total with taxes', 'Wh'],
        totals.items.map(({ currency, count, totalInclTax, energyWh }) => [
          currency || '(none)',
          `${count}`,
          totalInclTax,
          energyWh,
        ]),
      );
    });
}
