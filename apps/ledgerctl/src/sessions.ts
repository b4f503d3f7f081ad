import { Command } from '@commander-js/extra-typings';
import type { SessionView, Views } from '@ledger/usecases';

import { Client } from './client';
import { describeSession } from './describe';
import { jsonOption, urlOption } from './options';
import { printJson, printLine, printTable } from './output';

interface StoredEvent {
  readonly revision: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `ledgerctl sessions`: look up sessions and their history. */
export function sessionsCommand(): Command {
  const command = new Command('sessions').description('Sessions: list, show, history');
  addList(command);
  command
    .command('show')
    .description('One session with its findings, periods and what it costs')
    .argument('<id>')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async (id, { url, json }) => {
      const session = await new Client(url).json<SessionView>(`/v1/sessions/${encodeURIComponent(id)}`);
      if (json === true) printJson(session);
      else for (const line of describeSession(session)) printLine(line);
    });
  addHistory(command);
  return command;
}

function addList(command: Command): void {
  command
    .command('list')
    .description('Sessions, newest first')
    .option('--station <id>')
    .option('--connector <id>')
    .option('--status <status>', 'open, closed, provisional or held')
    .option('--subject <id>')
    .option('--from <time>', 'that began at or after this moment')
    .option('--to <time>', 'that began before this moment')
    .option('--limit <n>', 'sessions to list', '20')
    .option('--cursor <cursor>', 'where the page before ended')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async ({ url, json, ...filters }) => {
      const page = await new Client(url).json<Views<SessionView>>(`/v1/sessions?${queryOf(filters)}`);
      if (json === true) {
        printJson(page);
        return;
      }
      printTable(
        ['session', 'station', 'started', 'status', 'Wh', 'charge', 'amount'],
        page.items.map(({ id, station, startedAt = '', status, energyWh = '?', charge }) => [
          id,
          station,
          startedAt,
          status,
          energyWh,
          charge.state,
          charge.totalInclTax === undefined ? '' : `${charge.totalInclTax} ${charge.currency ?? ''}`,
        ]),
      );
      if (page.next !== undefined) printLine(`more: --cursor ${page.next}`);
    });
}

function addHistory(command: Command): void {
  command
    .command('history')
    .description('The stored events of a session, in order')
    .argument('<id>')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async (id, { url, json }) => {
      const client = new Client(url);
      let from: string | undefined = '0';
      while (from !== undefined) {
        const path = `/v1/sessions/${encodeURIComponent(id)}/history?from=${from}`;
        const page: { readonly items: readonly StoredEvent[]; readonly next?: string } = await client.json(path);
        for (const event of page.items) {
          if (json === true) printJson(event);
          else printLine(`${event.revision.padStart(6)}  ${event.recordedAt}  ${event.type}  ${summaryOf(event)}`);
        }
        from = page.next;
      }
    });
}

function summaryOf({ data }: StoredEvent): string {
  const statement = data['statement'] as
    { readonly kind: string; readonly at: string; readonly messageId: string } | undefined;
  return statement === undefined ? '' : `${statement.kind} at ${statement.at} (${statement.messageId})`;
}

/** The options that were given, as a query. */
export function queryOf(filters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}
