import { Command } from '@commander-js/extra-typings';

import { Client } from './client';
import { jsonOption, urlOption } from './options';
import { printJson, printLine } from './output';

interface Receipt {
  readonly verdict: string;
  readonly session?: string;
  readonly revision?: string;
  readonly reason?: string;
  readonly at: string;
  readonly earlier?: readonly Receipt[];
}

/** `ledgerctl receipts`: what became of a message. */
export function receiptsCommand(): Command {
  const command = new Command('receipts').description('What became of a message');
  command
    .command('show')
    .description('The verdict on a message, and on each earlier delivery of it')
    .argument('<gateway>', 'source of the message')
    .argument('<id>', 'id of the message')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action(async (gateway, id, { url, json }) => {
      const query = new URLSearchParams({ gateway, id });
      const receipt = await new Client(url).json<Receipt>(`/v1/receipts?${query.toString()}`);
      if (json === true) {
        printJson(receipt);
        return;
      }
      for (const { at, verdict, session, revision, reason } of [receipt, ...(receipt.earlier ?? [])]) {
        const where = session === undefined ? '' : ` in session ${session} at revision ${revision ?? '?'}`;
        printLine(`${at} ${verdict}${where}${reason === undefined ? '' : `: ${reason}`}`);
      }
    });
  return command;
}
