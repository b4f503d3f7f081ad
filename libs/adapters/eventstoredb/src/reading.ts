import type { EventStoreDBClient } from '@eventstore/db-client';
import {
  StorageFault,
  StoreRolledBack,
  StoreUnavailable,
  type Clock,
  type EventMark,
  type RecordedEvent,
} from '@ledger/ports';
import { factsOf, readFault } from './client-error';
import { within } from './deadline';
import type { EventStoreDbLimits } from './settings';
import { fromStored, type ClientEvent } from './stored-event';

/** What reading needs. */
export interface Reading {
  readonly client: EventStoreDBClient;
  readonly clock: Clock;
  readonly limits: EventStoreDbLimits;
  /** Aborted when the store closes: reads in hand then end at once. */
  readonly closing: AbortSignal;
}

/** A read in progress, as the client gives it. */
interface ClientRead {
  on(event: 'data', listener: (resolved: { readonly event?: ClientEvent }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  cancel(): Promise<void>;
}

/**
 * Yields a stream page by page. Each page has a number of events and a time, because a read of the client has neither: it
 * stays open when it is left, and waits for ever for a server that fell silent. Revisions without a gap are the contract.
 * @throws StoreUnavailable, StorageFault
 */
export async function* readStream(
  reading: Reading,
  stream: string,
  from: bigint,
  max: number,
): AsyncGenerator<RecordedEvent> {
  let next = from;
  const end = from + BigInt(Math.min(max, Number.MAX_SAFE_INTEGER));
  while (next < end) {
    const left = end - next;
    const maxCount = left < reading.limits.readPageEvents ? Number(left) : reading.limits.readPageEvents;
    const page = await readPage(reading, stream, next, maxCount);
    for (const event of page) {
      checkPlace(event, stream, next);
      yield event;
      next += 1n;
    }
    if (page.length < maxCount) return;
  }
}

/**
 * Makes sure that the store holds the event which was followed last, at the place where it was.
 * @throws StoreRolledBack, StoreUnavailable
 */
export async function checkMark(reading: Reading, { position, id }: EventMark): Promise<void> {
  const fromPosition = { commit: position, prepare: position };
  const read = reading.client.readAll({ direction: 'forwards', fromPosition, maxCount: 1 });
  const [event] = await collected(read, reading, reading.limits.readTimeoutMs).catch((error: unknown) => {
    if (INVALID_POSITION.test(factsOf(error).text)) return [];
    throw readFault('$all', error);
  });
  if (event?.position?.commit !== position) throw new StoreRolledBack(position, 'no event');
  if (event.id.toLowerCase() !== id) throw new StoreRolledBack(position, `event ${event.id}`);
}

/** What the server says of a position at which no record begins, as after a restore. */
const INVALID_POSITION = /invalid position/i;

/** Fulfilled when the server answers a read of its last event. @throws StoreUnavailable */
export async function ping(reading: Reading): Promise<void> {
  const read = reading.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 });
  await collected(read, reading, reading.limits.reachableTimeoutMs).catch((error: unknown) => {
    throw readFault('$all', error);
  });
}

async function readPage(
  reading: Reading,
  stream: string,
  fromRevision: bigint,
  maxCount: number,
): Promise<readonly RecordedEvent[]> {
  try {
    const read = reading.client.readStream(stream, { fromRevision, maxCount });
    return (await collected(read, reading, reading.limits.readTimeoutMs)).map(fromStored);
  } catch (error) {
    if (factsOf(error).type === 'stream-not-found') return [];
    throw readFault(stream, error);
  }
}

/** All events of a read. The read is cancelled when it does not end in time. */
async function collected(
  read: ClientRead,
  { clock, closing }: Reading,
  timeoutMs: number,
): Promise<(ClientEvent | undefined)[]> {
  const events: (ClientEvent | undefined)[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<undefined>();
  const close = (): void => {
    reject(new StoreUnavailable('the store was closed'));
  };
  read.on('data', (resolved) => void events.push(resolved.event));
  // The listener stays: an error that comes after the end would otherwise end the process.
  read.on('error', reject);
  read.on('end', () => {
    resolve(undefined);
  });
  // Taken away by name: of several listeners with a `signal` each, Node forgets to take away all that a garbage collection met.
  closing.addEventListener('abort', close);
  try {
    await within(clock, timeoutMs, ended);
    return events;
  } catch (error) {
    read.cancel().catch(() => undefined);
    throw error;
  } finally {
    closing.removeEventListener('abort', close);
  }
}

function checkPlace(event: RecordedEvent, stream: string, expected: bigint): void {
  if (event.stream === stream && event.revision === expected) return;
  const found = `revision ${event.revision} of ${event.stream}`;
  throw new StorageFault(`${stream}: expected revision ${expected}, found ${found}; events were cut off or deleted`);
}
