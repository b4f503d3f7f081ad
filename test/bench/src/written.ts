import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { BenchFolder } from './bench-folder';

/** Texts that the ledger wrote, one after the other. */
export class Written {
  private ahead: string[] = [];
  private taken = 0;
  private hasMore = true;

  constructor(private readonly rows: Iterator<string>) {}

  get isOver(): boolean {
    return !this.hasMore && this.taken === this.ahead.length;
  }

  /** Makes sure that so many texts can be taken without looking into a file. */
  readAhead(count: number): void {
    this.ahead = this.ahead.slice(this.taken);
    this.taken = 0;
    while (this.ahead.length < count && this.hasMore) {
      const row = this.rows.next();
      if (row.done === true) this.hasMore = false;
      else this.ahead.push(row.value);
    }
  }

  next(): string | undefined {
    const text = this.ahead[this.taken];
    if (text !== undefined) this.taken += 1;
    return text;
  }
}

/** The records of a topic, partition after partition. */
export function feedValues({ engines }: BenchFolder, topic: 'meter-events' | 'meter-receipts'): Iterator<string> {
  return rowsOf(join(engines.path, 'feed.db'), (file) => {
    const tables = file.prepare('SELECT name FROM sqlite_schema WHERE name GLOB ? ORDER BY 1').all(`${topic}-*`);
    return tables.map(({ name }) => `SELECT CAST(value AS TEXT) AS text FROM "${String(name)}"`);
  });
}

/** The data of all events in order, alone or with the metadata. */
export function eventTexts({ engines }: BenchFolder, what: 'data' | 'data and metadata'): Iterator<string> {
  const text = what === 'data' ? 'data' : 'data || metadata';
  return rowsOf(join(engines.path, 'events.db'), () => [`SELECT ${text} AS text FROM events ORDER BY position`]);
}

/** The rows of billing's tables as they are shown now. */
export function billingRows({ engines }: BenchFolder): Iterator<string> {
  return rowsOf(join(engines.path, 'read-model.db'), (file) => {
    const shown = file.prepare('SELECT "table" || \'_\' || generation AS name FROM live').all();
    return shown.map(({ name }) => `SELECT body AS text FROM "${String(name)}"`);
  });
}

function* rowsOf(path: string, queriesOf: (file: DatabaseSync) => readonly string[]): Generator<string> {
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    for (const query of queriesOf(file)) {
      for (const row of file.prepare(query).iterate()) yield String(row['text']);
    }
  } finally {
    file.close();
  }
}
