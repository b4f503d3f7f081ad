import type { Leadership } from '@ledger/ports';
import { Client } from 'pg';
import { type Ask, askClient, clientConfig, ignoreBrokenConnection, lockKey } from './connection';
import { toFault } from './faults';
import { LEAD_ANSWER_MS, LEAD_CHECK_MS, type ResolvedSettings } from './settings';

/**
 * Takes the lead of a name, or returns undefined when another connection holds it. The lead is an advisory lock on a
 * connection of its own: the server gives it to the next one as soon as the connection is gone. The holder asks for an
 * answer at a steady pace, so that it also notices a server that only fell silent. @throws ReadModelUnavailable
 */
export async function takeLead(settings: ResolvedSettings, name: string): Promise<Leadership | undefined> {
  const client = new Client({ ...clientConfig(settings, LEAD_ANSWER_MS), query_timeout: LEAD_ANSWER_MS });
  client.on('error', ignoreBrokenConnection);
  try {
    await client.connect().catch((error: unknown) => {
      throw toFault(error);
    });
    if (await isGranted(askClient(client), lockKey(settings.schema, `lead/${name}`))) return holding(client, name);
  } catch (error) {
    await client.end();
    throw error;
  }
  await client.end();
  return undefined;
}

/** A vanished client's lock is freed by the server after about this many seconds: idle + interval × count. */
const KEEPALIVE = 'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';

async function isGranted(ask: Ask, key: string): Promise<boolean> {
  await ask({ text: KEEPALIVE, values: [] });
  const { rows } = await ask({ text: 'SELECT pg_try_advisory_lock($1) AS granted', values: [key] });
  return rows[0]?.['granted'] === 't';
}

function holding(client: Client, projector: string): Leadership {
  const ask = askClient(client);
  const { promise: ended, resolve } = Promise.withResolvers<'resigned' | 'lost'>();
  let isHeld = true;
  const finish = (how: 'resigned' | 'lost'): void => {
    isHeld = false;
    clearInterval(checking);
    resolve(how);
  };
  const check = (): void => {
    ask({ text: 'SELECT 1', values: [] }).catch(() => {
      finish('lost');
      // The query that timed out is still running: `end` then cuts the connection instead of waiting for it.
      void client.end();
    });
  };
  const checking = setInterval(check, LEAD_CHECK_MS);
  client.once('end', () => {
    finish('lost');
  });
  return {
    projector,
    ended,
    isHeld: () => isHeld,
    async resign() {
      if (!isHeld) return;
      finish('resigned');
      await client.end();
    },
  };
}
