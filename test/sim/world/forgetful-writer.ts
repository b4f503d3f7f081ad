import { OutcomeUnknown } from '@ledger/ports';
import type { EventStore, NewEvent, RecordedEvent } from '@ledger/ports';

/**
 * A planted bug: after an unknown outcome the writer goes on from the head that it believes in, instead of reading what the
 * store holds. What it sent and nobody may have stored is, to it, a part of the stream.
 */
export function rememberingStore(store: EventStore): EventStore {
  const believed = new Map<string, readonly NewEvent[]>();
  return {
    append: async (stream, expected, events) => {
      try {
        return await store.append(stream, expected, events);
      } catch (error) {
        if (error instanceof OutcomeUnknown) believed.set(stream, events);
        throw error;
      }
    },
    async *read(stream, options): AsyncGenerator<RecordedEvent> {
      const ids = new Set<string>();
      let last: RecordedEvent | undefined;
      for await (const event of store.read(stream, options)) {
        ids.add(event.id);
        last = event;
        yield event;
      }
      for (const event of believed.get(stream) ?? []) {
        if (ids.has(event.id)) continue;
        const revision: bigint = last === undefined ? 0n : last.revision + 1n;
        last = { ...NOWHERE, ...event, stream, revision };
        yield last;
      }
    },
    readAll: (options) => store.readAll(options),
    follow: (options, onBatch) => store.follow(options, onBatch),
    isReachable: () => store.isReachable(),
    close: () => store.close(),
  };
}

const NOWHERE = { position: 0n, recordedAt: '2026-06-01T12:00:00.000Z' as string as RecordedEvent['recordedAt'] };
