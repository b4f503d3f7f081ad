import { hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

import type { Stopwatch } from './stopwatch';
import type { Written } from './written';

/** Pages and log as the embedded engines have them, so that both write the same way. */
const SETTINGS = `PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16384;`;

/** How a raw limit is run. */
export interface RawPlan {
  readonly path: string;
  /** Texts to a transaction. */
  readonly groupOf: number;
  readonly watch: Stopwatch;
  /** What the ledger wrote for these texts: the bytes that are appended here. */
  readonly written: readonly Written[];
}

/**
 * The least that any ledger on this machine has to do: parse each text, hash it, and append, as durably and in groups as
 * large, the bytes that the ledger appended for it. No check, no sealing, no state, no chain, no index beside the running number.
 */
export class RawLimit {
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;
  private inGroup = 0;

  constructor(private readonly plan: RawPlan) {
    this.database = new DatabaseSync(plan.path);
    this.database.exec(`${SETTINGS} CREATE TABLE appended (number INTEGER PRIMARY KEY, value BLOB NOT NULL)`);
    this.insert = this.database.prepare('INSERT INTO appended (value) VALUES (?)');
  }

  add(text: string): void {
    if (this.inGroup === 0) this.begin();
    parseAndHash(text);
    for (const written of this.plan.written) this.append(written);
    this.inGroup += 1;
    if (this.inGroup === this.plan.groupOf) this.commit();
  }

  /** Appends what is left, so that in the end all bytes of the ledger were appended. */
  finish(): void {
    for (const written of this.plan.written) {
      while (!written.isOver) {
        if (this.inGroup === 0) this.begin();
        this.append(written);
        this.inGroup += 1;
        if (this.inGroup === this.plan.groupOf) this.commit();
      }
    }
    this.commit();
  }

  close(): void {
    this.database.close();
  }

  /** Reads ahead what has to be appended, which is not part of the work. */
  private begin(): void {
    const { watch, written, groupOf } = this.plan;
    watch.pause();
    for (const one of written) one.readAhead(groupOf);
    watch.start();
    this.database.exec('BEGIN IMMEDIATE');
  }

  private append(written: Written): void {
    const value = written.next();
    if (value !== undefined) this.insert.run(value);
  }

  private commit(): void {
    if (this.inGroup > 0) this.database.exec('COMMIT');
    this.inGroup = 0;
  }
}

/** Parses a text and hashes it. The sum of both results is returned so that no compiler leaves one out. */
export function parseAndHash(text: string): number {
  const value: unknown = JSON.parse(text);
  return hash('sha256', text, 'hex').length + (value === null ? 0 : 1);
}
