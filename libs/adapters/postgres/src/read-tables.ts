import {
  CheckpointConflict,
  cursorAfter,
  type EventMark,
  type Page,
  type ReadBatch,
  type ReadQueries,
  type Totals,
  type TotalsQuery,
} from '@ledger/ports';
import type { Pool } from 'pg';
import { foldChanges } from './changes';
import { type Ask, askPool, type Durability, inTransaction } from './connection';
import { countQuestion, pageQuestion, rowQuestion, totalsQuestion } from './questions';
import { quoted, writesOf } from './statements';
import { fromStored, type StoredRecord } from './stored-row';
import { fromStoredText, toStoredText } from './text';

/** One set of tables, live or shadow: the queries, and the writing of a batch. */
export interface ReadTables extends ReadQueries {
  apply(batch: ReadBatch): Promise<void>;
}

/** The tables of a schema. With durability `off` a batch is stored for good by a later transaction that is durable. */
export function readTables(pool: Pool, schema: string, durability: Durability): ReadTables {
  const ask = askPool(pool);
  return {
    async get(table, tenant, id) {
      const { rows } = await ask(rowQuestion(schema, table, { tenant, id }));
      return rows[0] && fromStored(table, rows[0]);
    },
    async page(query) {
      const { rows } = await ask(pageQuestion(schema, query));
      return pageOf(query, rows);
    },
    async count(query) {
      const { rows } = await ask(countQuestion(schema, query));
      return +(rows[0]?.['count'] ?? 0);
    },
    async totals(query: TotalsQuery) {
      const { rows } = await ask(totalsQuestion(schema, query));
      return rows.map(totalsOf);
    },
    checkpoint: (projection) => checkpointOf(ask, schema, projection),
    mark: (projection) => markOf(ask, schema, projection),
    async apply(batch) {
      const writes = foldChanges(batch.changes).flatMap((changes) => writesOf(schema, changes));
      await inTransaction(pool, durability, async (step) => {
        await moveCheckpoint(step, schema, batch);
        for (const write of writes) await step(write);
      });
    },
  };
}

/**
 * Moves the checkpoint first: its row lock makes a second projector wait, and then find that it moved. Everything the
 * second one would have written is refused with it.
 */
async function moveCheckpoint(ask: Ask, schema: string, batch: ReadBatch): Promise<void> {
  const { projection, expected, position, mark } = batch;
  const table = quoted(schema, 'checkpoints');
  const values = [toStoredText(projection), position.toString(), mark?.position.toString() ?? null, mark?.id ?? null];
  const moved = await (expected === 'none'
    ? ask({
        text: `INSERT INTO ${table} (projection, position, mark_position, mark_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
        values,
      })
    : ask({
        text: `UPDATE ${table} SET position = $2, mark_position = coalesce($3, mark_position), mark_id = coalesce($4, mark_id),
          moved_at = now() WHERE projection = $1 AND position = $5`,
        values: [...values, expected.toString()],
      }));
  if (moved.rowCount === 1) return;
  throw new CheckpointConflict(projection, expected, await checkpointOf(ask, schema, projection));
}

async function checkpointOf(ask: Ask, schema: string, projection: string): Promise<bigint | 'none'> {
  const { rows } = await ask({
    text: `SELECT position FROM ${quoted(schema, 'checkpoints')} WHERE projection = $1`,
    values: [toStoredText(projection)],
  });
  const position = rows[0]?.['position'];
  return typeof position === 'string' ? BigInt(position) : 'none';
}

async function markOf(ask: Ask, schema: string, projection: string): Promise<EventMark | undefined> {
  const { rows } = await ask({
    text: `SELECT mark_position, mark_id FROM ${quoted(schema, 'checkpoints')} WHERE projection = $1`,
    values: [toStoredText(projection)],
  });
  const { mark_position: position, mark_id: id } = rows[0] ?? {};
  return typeof position === 'string' && typeof id === 'string' ? { position: BigInt(position), id } : undefined;
}

function pageOf(query: Parameters<ReadQueries['page']>[0], records: readonly StoredRecord[]): Page {
  const rows = records.slice(0, query.limit).map((record) => fromStored(query.table, record));
  const last = rows.at(-1);
  if (records.length <= query.limit || last === undefined) return { rows };
  return { rows, next: cursorAfter(query, last) };
}

function totalsOf({ currency, count, amount, quantity }: StoredRecord): Totals {
  return {
    currency: fromStoredText(currency ?? ''),
    count: +(count ?? 0),
    amount: amount ?? '0',
    quantity: quantity ?? '0',
  };
}
