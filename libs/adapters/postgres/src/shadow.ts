import type { ReadTable } from '@ledger/ports';
import type { Pool } from 'pg';
import { type Ask, inTransaction, onLongConnection } from './connection';
import { isLockTimeout } from './faults';
import { type ResolvedSettings, SWAP_ATTEMPTS_MAX, SWAP_LOCK_TIMEOUT_MS } from './settings';
import { quoted } from './statements';

/** The tables of a rebuild, in a schema of their own beside the live one. */
export interface Shadow {
  readonly live: string;
  readonly schema: string;
  readonly tables: readonly ReadTable[];
  readonly projections: readonly string[];
}

/** Makes the schema with empty tables like the live ones, their primary key only: the other indexes follow at the end. */
export async function createShadow(pool: Pool, { live, schema, tables }: Shadow): Promise<void> {
  await inTransaction(pool, 'off', async (ask) => {
    await ask({ text: `CREATE SCHEMA ${quoted(schema)}`, values: [] });
    await ask({
      text: `CREATE TABLE ${quoted(schema, 'checkpoints')} (LIKE ${quoted(live, 'checkpoints')} INCLUDING ALL)`,
      values: [],
    });
    for (const table of tables) await createLike(ask, live, schema, table);
  });
}

/** Drops the schema of one rebuild, if it is still there. */
export async function dropShadow(ask: Ask, { schema }: Shadow): Promise<void> {
  await ask({ text: `DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`, values: [] });
}

/** Drops the schema of every rebuild. Only the holder of the rebuild's lock may. */
export async function dropShadows(ask: Ask, live: string): Promise<void> {
  const { rows } = await ask({
    text: "SELECT nspname AS name FROM pg_namespace WHERE nspname ~ ('^' || $1::text || '_rebuild_[0-9a-f]{12}$')",
    values: [live],
  });
  for (const { name } of rows) {
    if (typeof name === 'string') await ask({ text: `DROP SCHEMA IF EXISTS ${quoted(name)} CASCADE`, values: [] });
  }
}

/** Gives the shadow tables what the live ones have: indexes, rights, and statistics for the planner. Repeatable. */
export async function indexShadow(settings: ResolvedSettings, { live, schema, tables }: Shadow): Promise<void> {
  await onLongConnection(settings, async (ask) => {
    for (const query of [INDEXES, GRANTS]) {
      const { rows } = await ask({ text: query, values: [live, schema, [...tables]] });
      for (const { statement } of rows) {
        if (typeof statement === 'string') await ask({ text: statement, values: [] });
      }
    }
    for (const table of tables) await ask({ text: `ANALYZE ${quoted(schema, table)}`, values: [] });
  });
}

/**
 * Puts the shadow tables and checkpoints in place of the live ones, in one transaction. A reader that stays long in a
 * table must not make all others queue behind the swap: it waits briefly, lets them pass and tries again.
 */
export async function swapShadow(pool: Pool, shadow: Shadow): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await inTransaction(pool, 'on', (ask) => swapOnce(ask, shadow));
      return;
    } catch (error) {
      if (!isLockTimeout(error) || attempt === SWAP_ATTEMPTS_MAX) throw error;
    }
  }
}

async function swapOnce(ask: Ask, { live, schema, tables, projections }: Shadow): Promise<void> {
  const step = (text: string): Promise<unknown> => ask({ text, values: [] });
  await step(`SET LOCAL lock_timeout TO ${SWAP_LOCK_TIMEOUT_MS}`);
  // Projectors lock the checkpoint first and the tables after it; so does the swap.
  await step(`LOCK TABLE ${quoted(live, 'checkpoints')} IN EXCLUSIVE MODE`);
  if (tables.length > 0) {
    const names = tables.map((table) => quoted(live, table)).join(', ');
    await step(`LOCK TABLE ${names} IN ACCESS EXCLUSIVE MODE`);
    await step(`DROP TABLE ${names}`);
  }
  for (const table of tables) await step(`ALTER TABLE ${quoted(schema, table)} SET SCHEMA ${quoted(live)}`);
  const checkpoints = quoted(live, 'checkpoints');
  await ask({ text: `DELETE FROM ${checkpoints} WHERE projection = ANY ($1)`, values: [[...projections]] });
  await ask({
    text: `INSERT INTO ${checkpoints} SELECT * FROM ${quoted(schema, 'checkpoints')} WHERE projection = ANY ($1)`,
    values: [[...projections]],
  });
  await step(`DROP SCHEMA ${quoted(schema)} CASCADE`);
}

async function createLike(ask: Ask, live: string, schema: string, table: ReadTable): Promise<void> {
  const name = quoted(schema, table);
  await ask({
    text: `CREATE TABLE ${name} (LIKE ${quoted(live, table)} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)`,
    values: [],
  });
  await ask({ text: `ALTER TABLE ${name} ADD PRIMARY KEY (tenant, id)`, values: [] });
  const { rows } = await ask({
    text: "SELECT array_to_string(reloptions, ', ') AS options FROM pg_class WHERE oid = $1::regclass",
    values: [quoted(live, table)],
  });
  const options = rows[0]?.['options'];
  if (typeof options === 'string') await ask({ text: `ALTER TABLE ${name} SET (${options})`, values: [] });
}

/** Statements that make the live tables' further indexes, by the same names, on the shadow tables. */
const INDEXES = `
  SELECT format('CREATE %s INDEX IF NOT EXISTS %I ON %I.%I %s', CASE WHEN indisunique THEN 'UNIQUE' ELSE '' END,
    named.relname, $2::text, held.relname, substring(pg_get_indexdef(indexrelid) FROM ' USING .*')) AS statement
  FROM pg_index JOIN pg_class held ON held.oid = indrelid JOIN pg_class named ON named.oid = indexrelid
  WHERE held.relnamespace = $1::text::regnamespace AND held.relname = ANY ($3::text[]) AND NOT indisprimary
  ORDER BY named.relname`;

/** Statements that give the live tables' rights on the shadow tables. */
const GRANTS = `
  SELECT format('GRANT %s ON %I.%I TO %s', privilege_type, $2::text, relname,
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) AS statement
  FROM pg_class, aclexplode(relacl)
  WHERE relnamespace = $1::text::regnamespace AND relname = ANY ($3::text[]) AND grantee <> relowner`;
