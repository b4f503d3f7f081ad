/** How the read model reaches its database. All but the URL have defaults. */
export interface PostgresSettings {
  /** `postgres://user:password@host:port/database`; TLS by `sslmode`, `sslrootcert`, `sslcert` and `sslkey` in its query. */
  readonly url: string;
  /** Schema that holds the tables. Shadow tables of a rebuild lie in schemas whose name begins with it. */
  readonly schema?: string;
  /** Shown by the server beside each connection. */
  readonly applicationName?: string;
  /** `apply` brings the schema up to date when opening; `check` only refuses a schema that is not. */
  readonly migrations?: 'apply' | 'check';
  readonly connectionsMax?: number;
  readonly connectTimeoutMs?: number;
  /** The server ends a statement that takes longer. Building indexes of a rebuild has its own limit. */
  readonly statementTimeoutMs?: number;
  /** The server ends a transaction that waits longer for its client. */
  readonly idleInTransactionTimeoutMs?: number;
  /** Hears of a connection that broke while nobody used it. The pool replaces it by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** Defaults of the settings. */
export const POSTGRES_DEFAULTS = {
  schema: 'ledger',
  applicationName: 'charging-session-ledger',
  migrations: 'apply',
  connectionsMax: 8,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
  idleInTransactionTimeoutMs: 10_000,
} as const;

/** A server that is frozen sends no timeout: the client gives up by itself this long after the server should have. */
export const ANSWER_GRACE_MS = 2_000;
/** Building the indexes of a rebuild, and removing old tables, may take this long. */
export const REBUILD_STEP_TIMEOUT_MS = 3_600_000;
/** A swap waits this long for readers to leave a table, then lets them through and tries again, at most so often. */
export const SWAP_LOCK_TIMEOUT_MS = 2_000;
export const SWAP_ATTEMPTS_MAX = 15;
/** Rows of one statement; a larger batch is written in several, still in one transaction. */
export const STATEMENT_ROWS_MAX = 2_000;
/** A lead is checked this often, and is lost when the check is not answered within the time. */
export const LEAD_CHECK_MS = 5_000;
export const LEAD_ANSWER_MS = 5_000;
/** Bytes that the index keys of a row may have together: a page of a PostgreSQL index holds three entries. */
export const KEY_BYTES_MAX = 2_600;

/** Settings with their defaults in place. */
export type ResolvedSettings = Required<Omit<PostgresSettings, 'onConnectionLost'>> &
  Pick<PostgresSettings, 'onConnectionLost'>;

const SCHEMA = /^[a-z_][a-z0-9_]{0,39}$/;

/** Fills in the defaults. @throws RangeError naming the setting that can not be used */
export function resolveSettings(settings: PostgresSettings): ResolvedSettings {
  const resolved = { ...POSTGRES_DEFAULTS, ...settings };
  if (!SCHEMA.test(resolved.schema) || resolved.schema.startsWith('pg_')) {
    throw new RangeError(
      `schema "${resolved.schema}": use up to 40 lower-case letters, digits and underscores, and no pg_ in front`,
    );
  }
  if (!/^postgres(ql)?:\/\//.test(resolved.url)) {
    throw new RangeError('url: a PostgreSQL address begins with postgres:// or postgresql://');
  }
  for (const name of COUNTS) {
    const count = resolved[name];
    if (!Number.isSafeInteger(count) || count < 1)
      throw new RangeError(`${name}: ${count} is not a whole number above 0`);
  }
  return resolved;
}

const COUNTS = ['connectionsMax', 'connectTimeoutMs', 'statementTimeoutMs', 'idleInTransactionTimeoutMs'] as const;
