import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { StorageFault } from '@ledger/ports';

/** A row as SQLite hands it out. */
export type StoredRow = Readonly<Record<string, SQLOutputValue>>;

/** The values of a row in the order of its columns. */
export type StoredCells = readonly SQLOutputValue[];

/** A statement whose rows come as cells: many rows are handed out faster without their names. */
export interface CellStatement {
  iterate(...values: readonly SQLInputValue[]): Iterable<StoredCells>;
  all(...values: readonly SQLInputValue[]): readonly StoredCells[];
}

/** A value that a statement takes. */
export type StoredValue = SQLInputValue;

/** What a database file needs to be opened. */
export interface DatabaseOptions {
  readonly path: string;
  /** Statements that make the tables where they are missing. */
  readonly schema: string;
  /** Bytes of a page of a new file; PAGE_BYTES unless told. */
  readonly pageBytes?: number;
  /** Most KiB of pages kept in memory. */
  readonly cacheKib: number;
  /** The error that answers calls after `close`. */
  readonly whenClosed: () => Error;
}

/** Bytes of a page: larger than SQLite's own default, so that a group of appends touches fewer of them. */
const PAGE_BYTES = 8_192;

/** How long a write waits for another process: several share the key store where all else is on servers. */
const BUSY_MS_MAX = 10_000;

/** Pages in the write-ahead log after which SQLite copies them into the database. */
const CHECKPOINT_PAGES = 8_000;

/**
 * One SQLite file, written ahead and synced at every commit. Calls are synchronous, so no transaction is ever seen half done.
 * The first error of SQLite is a StorageFault and the end: every later call is refused with it.
 */
export class Database {
  private readonly connection: DatabaseSync;
  private fault: StorageFault | undefined;
  private isClosed = false;

  constructor(private readonly options: DatabaseOptions) {
    this.connection = this.guard(() => new DatabaseSync(options.path, { timeout: BUSY_MS_MAX }));
    this.exec(
      `PRAGMA page_size = ${options.pageBytes ?? PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;` +
        `PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${options.cacheKib}; PRAGMA trusted_schema = OFF;`,
    );
    this.transaction(() => {
      this.connection.exec(options.schema);
    });
  }

  /** Prepares a statement; keep it, and run it inside `guard` or `transaction`. */
  prepare(sql: string): StatementSync {
    return this.guard(() => this.connection.prepare(sql));
  }

  /** Prepares a statement whose rows come as cells. */
  prepareCells(sql: string): CellStatement {
    const statement: unknown = this.guard(() => {
      const made = this.connection.prepare(sql);
      made.setReturnArrays(true);
      return made;
    });
    return statement as CellStatement;
  }

  /** Runs statements that answer nothing. */
  exec(sql: string): void {
    this.guard(() => {
      this.connection.exec(sql);
    });
  }

  /** Runs work that touches the file. @throws StorageFault when SQLite fails, now or earlier; the error of `whenClosed` */
  guard<T>(work: () => T): T {
    this.refuse();
    try {
      return work();
    } catch (error) {
      if (!isOfSqlite(error) && !(error instanceof StorageFault)) throw error;
      throw this.fail(error);
    }
  }

  /** Ends the use of the file: from now on every call is refused with the fault that is returned. */
  fail(error: unknown): StorageFault {
    const reason = error instanceof Error || isOfSqlite(error) ? error.message : 'it failed';
    this.fault ??= new StorageFault(`${this.options.path}: ${reason}`, { cause: error });
    return this.fault;
  }

  /** Runs work in one durable transaction. Whatever the work throws undoes it. */
  transaction<T>(work: () => T): T {
    return this.guard(() => {
      this.connection.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.connection.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.connection.isTransaction) this.connection.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Throws what every call answers after a fault or after the end. */
  refuse(): void {
    if (this.fault !== undefined) throw this.fault;
    if (this.isClosed) throw this.options.whenClosed();
  }

  /** Tells whether the file answers. */
  isReachable(): boolean {
    if (this.isClosed || this.fault !== undefined) return false;
    this.guard(() => this.connection.prepare('SELECT 1').get());
    return true;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connection.close();
  }
}

function isOfSqlite(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
