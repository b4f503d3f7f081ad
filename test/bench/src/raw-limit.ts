import { hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

/** Pages and log as the embedded engines have them, so that both write the same way. */
const SETTINGS = `PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16384;`;

/**
 * The least that any ledger on this machine has to do: parse each text, hash it, and append its bytes durably, so many to a
 * transaction. No check, no sealing, no state, no index beside the running number.
 */
export class RawLimit {
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;
  private waiting = 0;

  constructor(
    path: string,
    private readonly groupOf: number,
  ) {
    this.database = new DatabaseSync(path);
    this.database.exec(`${SETTINGS} CREATE TABLE appended (number INTEGER PRIMARY KEY, value BLOB NOT NULL)`);
    this.insert = this.database.prepare('INSERT INTO appended (value) VALUES (?)');
  }

  add(text: string): void {
    parseAndHash(text);
    if (this.waiting === 0) this.database.exec('BEGIN IMMEDIATE');
    this.insert.run(text);
    this.waiting += 1;
    if (this.waiting === this.groupOf) this.commit();
  }

  commit(): void {
    if (this.waiting === 0) return;
    this.database.exec('COMMIT');
    this.waiting = 0;
  }

  close(): void {
    this.commit();
    this.database.close();
  }
}

/** Parses a text and hashes it. The sum of both results is returned so that no compiler leaves one out. */
export function parseAndHash(text: string): number {
  const value: unknown = JSON.parse(text);
  return hash('sha256', text, 'hex').length + (value === null ? 0 : 1);
}
