import type { Client } from '../client';
import { CommandFailed, EXIT } from '../exit';
import { openProgress } from '../progress';

/** How long the pipeline may take to come to rest, and how often it is asked, in ms. */
export const SETTLE_MS_MAX = 600_000;
export const SETTLE_EVERY_MS = 100;

/** Sends the lines through the HTTP intake; every answer means that they are durable. */
export async function sendLines(client: Client, lines: readonly string[], batch: number): Promise<void> {
  const progress = openProgress('sending', lines.length);
  for (let from = 0; from < lines.length; from += batch) {
    const body = `${lines.slice(from, from + batch).join('\n')}\n`;
    const { quarantinedTotal } = await client.json<{ quarantinedTotal: number }>('/v1/meter-events', {
      method: 'POST',
      contentType: 'application/x-ndjson',
      body,
    });
    if (quarantinedTotal > 0)
      throw new CommandFailed('the ledger did not understand an event of the demo', EXIT.checkFailed);
    progress.at(from + batch);
  }
  progress.done();
}

interface Status {
  readonly statementsWaiting: string;
  readonly receiptsWaiting: string;
  readonly quarantineWaiting: string;
  readonly tablesCurrent: boolean;
}

/** Waits until nothing is on its way any more. */
export async function untilSettled(client: Client): Promise<void> {
  const end = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const { statementsWaiting, receiptsWaiting, quarantineWaiting, tablesCurrent } =
      await client.json<Status>('/v1/status');
    if ([statementsWaiting, receiptsWaiting, quarantineWaiting].every((waiting) => waiting === '0') && tablesCurrent)
      return;
    if (performance.now() > end) throw new CommandFailed('the ledger does not come to rest', EXIT.checkFailed);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_EVERY_MS));
  }
}
