import { randomUUID } from 'node:crypto';

import { EventStoreDBClient, NO_STREAM, jsonEvent } from '@eventstore/db-client';
import type { AppendToStreamOptions, JSONType } from '@eventstore/db-client';
import { EVENTSTOREDB_LIMITS } from '@ledger/adapters/eventstoredb';
import type { EventStore, RecordedEvent } from '@ledger/ports';

import { Stopwatch } from '../stopwatch';
import type { Spent } from '../stopwatch';

const UTF8 = new TextEncoder();

/** What one append put into a stream. */
type Group = readonly Pick<RecordedEvent, 'type' | 'data' | 'metadata'>[];
type Append = Parameters<EventStoreDBClient['appendToStream']>[1];

/**
 * Appends all events of the streams with a prefix once more, to streams of other names and as many at a time as the ledger did,
 * with the client of the store and nothing else. They are read, and made ready for the client, before the watch starts.
 */
export async function rawAppend(url: string, store: EventStore, prefixes: readonly string[]): Promise<Spent> {
  const streams = (await groupsOf(store, prefixes)).map((groups) => groups.map(appendOf));
  const client = EventStoreDBClient.connectionString(url);
  const name = `raw_${randomUUID()}`;
  const watch = new Stopwatch();
  const next = streams.entries();
  const appendStreams = async (): Promise<void> => {
    for (const [number, appends] of next) {
      let expected: bigint | undefined;
      for (const append of appends) {
        const options: AppendToStreamOptions = { expectedRevision: expected ?? NO_STREAM };
        expected = (await client.appendToStream(`${name}-${number}`, append, options)).nextExpectedRevision;
        watch.look();
      }
    }
  };
  watch.start();
  await Promise.all(Array.from({ length: EVENTSTOREDB_LIMITS.appendsInFlightMax }, appendStreams));
  const spent = watch.spent();
  await client.dispose();
  return spent;
}

/** Of each stream what was appended together: its neighbours that the store recorded at the same moment. */
async function groupsOf(store: EventStore, prefixes: readonly string[]): Promise<readonly (readonly Group[])[]> {
  const streams = new Map<string, RecordedEvent[][]>();
  for await (const { events } of store.readAll({ prefixes, after: 'none' })) {
    for (const event of events) {
      const groups = streams.get(event.stream) ?? [];
      streams.set(event.stream, groups);
      const group = groups.at(-1);
      if (group?.at(-1)?.recordedAt === event.recordedAt) group.push(event);
      else groups.push([event]);
    }
  }
  return [...streams.values()];
}

function appendOf(group: Group): Append {
  return group.map(({ type, data, metadata }) =>
    jsonEvent({ type, data: JSON.parse(data) as JSONType, metadata: UTF8.encode(metadata) }),
  );
}
