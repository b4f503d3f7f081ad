import { type Ask, lockKey, onLongConnection } from './connection';
import { type AppliedMigration, MigrationDrift, migrationLabel, pendingMigrations } from './migration-plan';
import { checksumOf, type Migration, MIGRATIONS } from './migrations';
import { type PostgresSettings, resolveSettings } from './settings';
import { quoted } from './statements';

/**
 * Brings the schema up to date, in one transaction and one process at a time, and returns the names of the steps it
 * applied. @throws MigrationDrift, ReadModelUnavailable
 */
export async function migrate(
  settings: PostgresSettings,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly string[]> {
  const resolved = resolveSettings(settings);
  return onLongConnection(resolved, async (ask) => {
    await refuseUnsuitable(ask);
    await ask({ text: 'BEGIN', values: [] });
    await ask({ text: 'SELECT pg_advisory_xact_lock($1)', values: [lockKey(resolved.schema, 'migrate')] });
    const applied = await prepare(ask, resolved.schema);
    const pending = pendingMigrations(migrations, applied);
    for (const migration of pending) await applyOne(ask, migration);
    await ask({ text: 'COMMIT', values: [] });
    return pending.map(migrationLabel);
  });
}

/** Refuses a schema that is not up to date, and changes nothing. @throws MigrationDrift, ReadModelUnavailable */
export async function checkMigrations(settings: PostgresSettings): Promise<void> {
  const resolved = resolveSettings(settings);
  await onLongConnection(resolved, async (ask) => {
    await refuseUnsuitable(ask);
    const table = quoted(resolved.schema, 'migrations');
    const { rows } = await ask({ text: 'SELECT to_regclass($1)::text AS found', values: [table] });
    const isPrepared = typeof rows[0]?.['found'] === 'string';
    const [missing] = pendingMigrations(MIGRATIONS, isPrepared ? await appliedIn(ask, table) : []);
    if (missing !== undefined) {
      throw new MigrationDrift(migrationLabel(missing), `is not applied in schema ${resolved.schema}; migrate first`);
    }
  });
}

/** Oldest server: 13 brought trim_scale. */
const SERVER_VERSION_MIN = 130_000;

async function refuseUnsuitable(ask: Ask): Promise<void> {
  const { rows } = await ask({
    text: "SELECT current_setting('server_encoding') AS encoding, current_setting('server_version_num') AS version",
    values: [],
  });
  const { encoding, version } = rows[0] ?? {};
  if (encoding !== 'UTF8') throw new Error(`the database has encoding ${encoding ?? '?'}; the read model needs UTF8`);
  if (+(version ?? 0) < SERVER_VERSION_MIN)
    throw new Error(`server version ${version ?? '?'}: 13 is the oldest possible`);
}

async function prepare(ask: Ask, schema: string): Promise<readonly AppliedMigration[]> {
  const name = quoted(schema);
  const { rows } = await ask({ text: 'SELECT 1 FROM pg_namespace WHERE nspname = $1', values: [schema] });
  // A role without the right to make schemas may use one that was made for it.
  if (rows.length === 0) await ask({ text: `CREATE SCHEMA ${name}`, values: [] });
  await ask({ text: `SET LOCAL search_path TO ${name}`, values: [] });
  await ask({
    text: `CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL,
      checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    values: [],
  });
  return appliedIn(ask, quoted(schema, 'migrations'));
}

async function appliedIn(ask: Ask, table: string): Promise<readonly AppliedMigration[]> {
  const { rows } = await ask({ text: `SELECT number, name, checksum FROM ${table} ORDER BY number`, values: [] });
  return rows.map(({ number, name, checksum }) => ({
    number: +(number ?? NaN),
    name: name ?? '',
    checksum: checksum ?? '',
  }));
}

async function applyOne(ask: Ask, migration: Migration): Promise<void> {
  try {
    await ask({ text: migration.sql, values: [] });
  } catch (error) {
    throw new Error(`migration ${migrationLabel(migration)} failed, nothing was changed`, { cause: error });
  }
  await ask({
    text: 'INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)',
    values: [`${migration.number}`, migration.name, checksumOf(migration)],
  });
}
