import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { ReadReq as Requests } from '@eventstore/db-client/generated/streams_pb';
import { goesWrongBefore } from './faults';
import { eventMessage, nameOf, streamNotFoundMessage } from './messages';
import { Sender } from './sender';
import { denied, enter, type ServerState } from './server-state';
import type { StoredEvent } from './stored-event';
import { subscribe } from './subscription';

/** Events that a read takes from the log at a time. */
const READ_BATCH = 32;

/** Streams/Read: reads of a stream, reads of all streams, and catch-up subscriptions to all streams. */
export function readService(state: ServerState) {
  return (call: ServerWritableStream<ReadReq, ReadResp>): void => void serve(state, call);
}

async function serve(state: ServerState, call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
  const options = call.request.getOptions() ?? new Requests.Options();
  const kind = options.hasSubscription() ? 'subscribe' : 'read';
  enter(state, kind);
  const sender = new Sender(call);
  const open = { name: kind, fail: sender.fail.bind(sender) } as const;
  state.open.add(open);
  sender.onClosed(() => state.open.delete(open));
  const fault = state.faults.take(kind);
  if (!(await goesWrongBefore(fault, sender.fail.bind(sender)))) return;
  const stream = options.hasAll() ? '$all' : nameOf(options.getStream()?.getStreamIdentifier());
  const refused = denied(state, call.metadata, stream, '$r');
  if (refused !== undefined) sender.fail(refused);
  else if (kind === 'subscribe') await subscribe(state, sender, options);
  else await read(state, sender, options, fault?.kind === 'stall-after' ? fault.events : Infinity);
}

async function read(state: ServerState, sender: Sender, options: ReadReq.Options, limit: number): Promise<void> {
  const events = options.hasAll() ? allEvents(state, options) : streamEvents(state, options);
  if (events === undefined) {
    await sender.send(streamNotFoundMessage(nameOf(options.getStream()?.getStreamIdentifier())));
  }
  let sent = 0;
  for (const event of events ?? []) {
    if (sender.isClosed || sent >= limit) return;
    await sender.send(eventMessage(event));
    sent += 1;
    if (sent % READ_BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (sent < limit) sender.end();
}

function streamEvents(state: ServerState, options: ReadReq.Options): readonly StoredEvent[] | undefined {
  const which = options.getStream();
  const name = nameOf(which?.getStreamIdentifier());
  const visible = state.log.isTombstoned(name) ? undefined : state.log.visible(name);
  if (visible === undefined || which === undefined) return undefined;
  const isForwards = options.getReadDirection() === Requests.Options.ReadDirection.FORWARDS;
  const ordered = isForwards ? visible : visible.toReversed();
  const from = which.hasRevision() ? BigInt(which.getRevision()) : undefined;
  const first = ordered.findIndex((event) => isFrom(event.revision, from, isForwards));
  if (first < 0 || (isForwards && which.hasEnd())) return [];
  return ordered.slice(first, first + countOf(options));
}

function isFrom(revision: bigint, from: bigint | undefined, isForwards: boolean): boolean {
  return from === undefined || (isForwards ? revision >= from : revision <= from);
}

function allEvents(state: ServerState, options: ReadReq.Options): readonly StoredEvent[] {
  const isForwards = options.getReadDirection() === Requests.Options.ReadDirection.FORWARDS;
  const edge = edgeOf(state, options.getAll());
  const step = isForwards ? 1 : -1;
  const events: StoredEvent[] = [];
  for (let index = isForwards ? edge : edge - 1; events.length < countOf(options); index += step) {
    const event = state.log.eventAt(index);
    if (event === undefined) break;
    events.push(event);
  }
  return events;
}

/** Index of the event at a position; forwards it is the first one read, backwards the one before it. */
function edgeOf(state: ServerState, all: ReadReq.Options.AllOptions | undefined): number {
  if (all?.hasEnd() === true) return state.log.size;
  const position = all?.getPosition()?.getCommitPosition();
  return position === undefined ? 0 : state.log.indexAfter(BigInt(position) - 1n);
}

function countOf(options: ReadReq.Options): number {
  return Math.min(Number(options.getCount()), Number.MAX_SAFE_INTEGER);
}
