import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  AppendTooLarge,
  eventBytes,
  type NewEvent,
  type RecordedEvent,
} from '@ledger/ports';
import type { CanonicalText } from '@ledger/units';
import type { StoredCells } from './database';
import { asMoment, asText, asWhole } from './stored-values';

/** The tables of the event store. `position` is the global order and has no gaps; revisions begin at 0. */
export const EVENT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);
`;

/** The columns that `fromStored` needs, in its order. */
export const EVENT_COLUMNS = 'position, revision, events.id, type, recorded_at, data, metadata';

/** The event in the cells of `EVENT_COLUMNS`. */
export function fromStored(stream: string, cells: StoredCells): RecordedEvent {
  const [position, revision, id, type, recordedAt, data, metadata] = cells;
  return {
    stream,
    revision: BigInt(asWhole(revision, 'revision')),
    position: BigInt(asWhole(position, 'position')),
    id: asText(id, 'id'),
    type: asText(type, 'type'),
    recordedAt: asMoment(recordedAt, 'recorded_at'),
    data: asText(data, 'data') as CanonicalText,
    metadata: asText(metadata, 'metadata') as CanonicalText,
  };
}

/** The bytes of an append that the store takes. @throws RangeError, AppendTooLarge */
export function checkedBytes(stream: string, events: readonly NewEvent[]): number {
  if (stream === '' || !stream.isWellFormed()) throw new RangeError('a stream needs a well-formed name');
  if (events.length === 0) throw new RangeError(`${stream}: there is no event to append`);
  const odd = events.find((event) => !UUID.test(event.id));
  if (odd !== undefined) throw new RangeError(`${stream}: "${odd.id}" is no UUID in lower case`);
  if (events.length > APPEND_EVENTS_MAX) {
    throw new AppendTooLarge(`${stream}: ${events.length} events, at most ${APPEND_EVENTS_MAX} go into one append`);
  }
  const bytes = events.reduce((sum, event) => sum + eventBytes(event), 0);
  if (bytes > APPEND_BYTES_MAX) {
    throw new AppendTooLarge(`${stream}: ${bytes} bytes, at most ${APPEND_BYTES_MAX} go into one append`);
  }
  return bytes;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
