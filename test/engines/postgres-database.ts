import { randomBytes } from 'node:crypto';
import { openPostgresReadModel, type PostgresReadModel, type PostgresSettings } from '@ledger/adapters/postgres';
import { Client, type QueryResult } from 'pg';

/** Address of the PostgreSQL of the engine tests. Without one they fail: `test/engines/postgres.sh start` prints one. */
export function databaseUrl(): string {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '')
    throw new Error('DATABASE_URL is missing; test/engines/postgres.sh start prints one');
  return url;
}

/** A schema that no other test has. */
export function freshSchema(): string {
  return `trial_${randomBytes(6).toString('hex')}`;
}

/** Runs SQL beside the adapter, as an operator would. Every value is text. */
export async function sql(url: string, text: string, values: readonly unknown[] = []): Promise<QueryResult<Row>> {
  const client = new Client({ connectionString: url, types: { getTypeParser: () => (value: string) => value } });
  client.on('error', () => undefined); // The test may kill its server; a query that runs then is told by itself.
  await client.connect();
  try {
    return await client.query<Row>(text, [...values]);
  } finally {
    await client.end();
  }
}

/** Locks tables on a connection of its own, and returns what lets go of them. */
export async function holdLock(url: string, tables: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // The test may kill its server.
  await client.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${tables}`);
  return () => client.end();
}

type Row = Readonly<Record<string, string | null>>;

/** Drops a test's schema and what rebuilds left beside it. */
async function dropSchemas(url: string, schema: string): Promise<void> {
  const { rows } = await sql(url, 'SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1)', [schema]);
  for (const { name } of rows) await sql(url, `DROP SCHEMA "${name ?? ''}" CASCADE`);
}

/** Read models on schemas of their own; `end` closes and drops them all. */
export function trialDatabase(url: () => string = databaseUrl): TrialDatabase {
  const models: PostgresReadModel[] = [];
  const schemas = new Set<string>();
  return {
    async open(schema = freshSchema(), settings = {}) {
      schemas.add(schema);
      const model = await openPostgresReadModel({ url: url(), schema, ...settings });
      models.push(model);
      return model;
    },
    async end() {
      await Promise.all(models.splice(0).map((model) => model.close()));
      for (const schema of schemas) await dropSchemas(url(), schema);
      schemas.clear();
    },
  };
}

/** What `trialDatabase` makes. */
export interface TrialDatabase {
  open(schema?: string, settings?: Partial<PostgresSettings>): Promise<PostgresReadModel>;
  end(): Promise<void>;
}
