import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { StoredEvent } from './stored-event';

/** Keeps what was stored in a file of lines, so that a killed server finds its data again. */
export interface Journal {
  /** Writes one line for all events of an append, which are thus kept all or not at all. */
  write(events: readonly StoredEvent[]): void;
  writeTombstone(stream: string): void;
  close(): void;
}

/** One line of the journal. */
export type JournalEntry =
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
  | { readonly kind: 'tombstone'; readonly stream: string };

interface EventLine {
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
  readonly created: string;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: string;
  readonly metadata: string;
}

type Line = readonly EventLine[] | { readonly tombstone: string };

/** Opens the file, hands over its lines and cuts off a last line that a kill left unfinished. */
export function openJournal(path: string, isSynced: boolean, onEntry: (entry: JournalEntry) => void): Journal {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  for (const line of whole.split('\n')) if (line !== '') onEntry(entryOf(JSON.parse(line) as Line));
  const file = openSync(path, 'a');
  ftruncateSync(file, Buffer.byteLength(whole));
  const put = (line: Line): void => {
    writeSync(file, `${JSON.stringify(line)}\n`);
    if (isSynced) fsyncSync(file);
  };
  return {
    write: (events) => put(events.map(lineOf)),
    writeTombstone: (stream) => put({ tombstone: stream }),
    close: () => closeSync(file),
  };
}

function entryOf(line: Line): JournalEntry {
  return 'tombstone' in line
    ? { kind: 'tombstone', stream: line.tombstone }
    : { kind: 'events', events: line.map(eventOf) };
}

function lineOf(event: StoredEvent): EventLine {
  return {
    ...event,
    revision: `${event.revision}`,
    position: `${event.position}`,
    created: `${event.created}`,
    data: Buffer.from(event.data).toString('base64'),
    metadata: Buffer.from(event.metadata).toString('base64'),
  };
}

function eventOf(line: EventLine): StoredEvent {
  return {
    ...line,
    revision: BigInt(line.revision),
    position: BigInt(line.position),
    created: BigInt(line.created),
    data: Buffer.from(line.data, 'base64'),
    metadata: Buffer.from(line.metadata, 'base64'),
  };
}
