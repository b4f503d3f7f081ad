import type { FeedMessage, FeedRecord, FeedTopic } from '@ledger/ports';
import type { StatementSync } from 'node:sqlite';
import type { CellStatement, Database, StoredCells } from './database';
import { asBytes, asMoment, asText, asWhole, wholeOf } from './stored-values';
import { StorageFault } from '@ledger/ports';

/** The records that a read found. */
export interface Stretch {
  readonly records: readonly FeedRecord[];
  /** The offset that follows the last record. */
  readonly next: number;
}

/** One partition of a topic: a table whose key is the offset, so that records only ever go to its end. */
export class FeedPartition {
  /** The offset that the next record gets. */
  next: number;
  private readonly statements: Readonly<
    Record<'add' | 'first' | 'youngerThan' | 'remove', StatementSync> & { read: CellStatement }
  >;

  constructor(
    private readonly database: Database,
    readonly topic: FeedTopic,
    readonly number: number,
  ) {
    const table = `"${topic}-${number}"`;
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (
         "offset" INTEGER PRIMARY KEY, published_at INTEGER NOT NULL, key TEXT, headers TEXT, value BLOB NOT NULL)`,
    );
    this.statements = {
      add: database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`),
      read: database.prepareCells(
        `SELECT "offset", published_at, key, headers, CAST(value AS BLOB) AS value FROM ${table}
         WHERE "offset" >= ? ORDER BY "offset" LIMIT ?`,
      ),
      first: database.prepare(`SELECT min("offset") AS first, max("offset") AS last FROM ${table}`),
      youngerThan: database.prepare(
        `SELECT "offset" FROM ${table} WHERE "offset" < ?2 AND published_at >= ?1 ORDER BY "offset" LIMIT 1`,
      ),
      remove: database.prepare(`DELETE FROM ${table} WHERE "offset" < ? AND "offset" < ?`),
    };
    this.next = database.guard(() => {
      const kept = this.statements.first.get() ?? {};
      const trimmed = database.prepare('SELECT next FROM trimmed WHERE topic = ? AND partition = ?').get(topic, number);
      return Math.max(
        kept['last'] === null ? 0 : wholeOf(kept, 'last') + 1,
        trimmed === undefined ? 0 : wholeOf(trimmed, 'next'),
      );
    });
  }

  /** Adds a message at the end; call it inside a transaction. */
  add(message: FeedMessage, publishedAt: number): void {
    const headers = message.headers === undefined ? '' : JSON.stringify(message.headers);
    this.statements.add.run(this.next, publishedAt, message.key, headers.length > 2 ? headers : null, message.value);
    this.next += 1;
  }

  /** Reads from an offset on, bounded by records and by bytes; at least one record where there is any. */
  read(from: number, recordsMax: number, bytesMax: number): Stretch {
    if (from >= this.next) return { records: [], next: from };
    return this.database.guard(() => {
      const records: FeedRecord[] = [];
      let bytes = 0;
      for (const row of this.statements.read.iterate(from, recordsMax)) {
        const record = fromStored(row);
        records.push(record);
        bytes += record.value.length;
        if (bytes >= bytesMax) break;
      }
      const last = records.at(-1);
      return { records, next: last === undefined ? from : Number(last.offset) + 1 };
    });
  }

  /** The offset of the first record kept, or of the next one where none is. */
  first(): number {
    const kept = this.database.guard(() => this.statements.first.get() ?? {});
    return kept['first'] === null ? this.next : wholeOf(kept, 'first');
  }

  /** The offset of the first record below `limit` that was published at or after the moment; `limit` where none is. */
  firstSince(moment: number, limit: number): number {
    const row = this.database.guard(() => this.statements.youngerThan.get(moment, limit));
    return row === undefined ? limit : wholeOf(row, 'offset');
  }

  /** Removes at most so many of the records below an offset, in one transaction; the end of the partition is kept. */
  trim(below: number, recordsMax: number): number {
    const until = Math.min(below, this.first() + recordsMax);
    return this.database.transaction(() => {
      this.database
        .prepare('INSERT INTO trimmed VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next = max(next, excluded.next)')
        .run(this.topic, this.number, until);
      return Number(this.statements.remove.run(below, until).changes);
    });
  }
}

function fromStored([offset, publishedAt, key, headers, value]: StoredCells): FeedRecord {
  return {
    offset: BigInt(asWhole(offset, 'offset')),
    key: key === null ? null : asText(key, 'key'),
    value: asBytes(value, 'value'),
    headers: headers === null ? {} : headersOf(asText(headers, 'headers')),
    publishedAt: asMoment(publishedAt, 'published_at'),
  };
}

function headersOf(text: string): Readonly<Record<string, string>> {
  const headers: unknown = JSON.parse(text);
  if (isHeaders(headers)) return headers;
  throw new StorageFault('a stored record is damaged: headers');
}

function isHeaders(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((header) => typeof header === 'string')
  );
}
