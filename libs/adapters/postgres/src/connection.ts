import { sha256Hex } from '@ledger/units';
import { Client, type ClientBase, type ClientConfig, Pool, type QueryResult } from 'pg';
import { toFault } from './faults';
import { ANSWER_GRACE_MS, REBUILD_STEP_TIMEOUT_MS, type ResolvedSettings } from './settings';
import type { Statement } from './statements';
import type { StoredRecord } from './stored-row';

/** How the work of a transaction reaches the database. */
export type Ask = (statement: Statement) => Promise<QueryResult<StoredRecord>>;

/** A pool whose broken connections are replaced and never end the process. */
export function openPool(settings: ResolvedSettings): Pool {
  const pool = new Pool({
    ...clientConfig(settings, settings.statementTimeoutMs),
    max: settings.connectionsMax,
    allowExitOnIdle: false,
  });
  const heard = (error: Error): void => settings.onConnectionLost?.(error);
  pool.on('error', heard);
  // Between two statements of a transaction nobody else listens: without this a cut connection would end the process.
  pool.on('connect', (client) => void client.on('error', ignoreBrokenConnection));
  return pool;
}

/** Runs one statement on any free connection. @throws ReadModelUnavailable */
export function askPool(pool: Pool): Ask {
  return async ({ text, values }) => {
    try {
      return await pool.query<StoredRecord>(text, [...values]);
    } catch (error) {
      throw toFault(error);
    }
  };
}

/** What a transaction promises when it returns: `on` is stored for good, `off` only after a later one that is. */
export type Durability = 'on' | 'off';

/**
 * Runs the work in one transaction. Whatever goes wrong, nothing of it is stored and the connection is given up, so
 * that no half-done transaction can return to the pool. When only the answer to the commit is lost, the work may be
 * stored: the error says so, and the checkpoint tells.
 */
export async function inTransaction<Result>(
  pool: Pool,
  durability: Durability,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toFault(error);
  });
  const ask = askClient(client);
  try {
    await ask({ text: `BEGIN; SET LOCAL synchronous_commit TO ${durability}`, values: [] });
    const result = await work(ask);
    await commit(ask);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Runs the work on a connection of its own, on which a statement may take long. */
export async function onLongConnection<Result>(
  settings: ResolvedSettings,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const client = new Client(clientConfig(settings, REBUILD_STEP_TIMEOUT_MS));
  client.on('error', ignoreBrokenConnection);
  try {
    await client.connect().catch((error: unknown) => {
      throw toFault(error);
    });
    return await work(askClient(client));
  } finally {
    await client.end();
  }
}

/** Runs statements on one connection, one after the other. @throws ReadModelUnavailable */
export function askClient(client: ClientBase): Ask {
  return async ({ text, values }) => {
    try {
      // Without parameters the text may hold several statements.
      return await (values.length === 0
        ? client.query<StoredRecord>(text)
        : client.query<StoredRecord>(text, [...values]));
    } catch (error) {
      throw toFault(error);
    }
  };
}

/** How every connection is made: limits of time on both sides, and every value as the text that the server sent. */
export function clientConfig(settings: ResolvedSettings, statementTimeoutMs: number): ClientConfig {
  return {
    connectionString: settings.url,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs,
    keepAlive: true,
    types: { getTypeParser: () => asText },
  };
}

/** The number of an advisory lock of this schema. */
export function lockKey(schema: string, purpose: string): string {
  return BigInt.asIntN(64, BigInt(`0x${sha256Hex(`${schema}/${purpose}`).slice(0, 16)}`)).toString();
}

/** The statement that is running fails with the same error; there is nothing to add. */
export function ignoreBrokenConnection(): void {
  return undefined;
}

function asText(value: string): string {
  return value;
}

async function commit(ask: Ask): Promise<void> {
  const { command } = await ask({ text: 'COMMIT', values: [] });
  // PostgreSQL answers ROLLBACK, without an error, when the transaction had failed before.
  if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
}
