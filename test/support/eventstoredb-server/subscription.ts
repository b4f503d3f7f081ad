import { status } from '@grpc/grpc-js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { caughtUpMessage, checkpointMessage, confirmationMessage, eventMessage } from './messages';
import type { Sender } from './sender';
import { enter, type ServerState } from './server-state';
import type { StoredEvent } from './stored-event';

/** Events that the server considers at a time unless the filter says otherwise. */
const SEARCH_WINDOW = 32;

/** Follows all streams: what is stored, then `caught up`, then what comes, with checkpoints where a filter is set. */
export async function subscribe(state: ServerState, sender: Sender, options: ReadReq.Options): Promise<void> {
  if (!options.hasAll()) {
    sender.fail({ code: status.UNIMPLEMENTED, details: 'only $all can be followed here' });
    return;
  }
  const matches = matcherOf(options.getFilter());
  const every = checkpointEvery(options.getFilter());
  let index = startOf(state, options);
  let considered = 0;
  let isCaughtUp = false;
  const checkpoint = (prepareBehind: bigint): void =>
    void sendCheckpoint(sender, state.log.eventAt(index - 1), prepareBehind);
  state.checkpointers.add(checkpoint);
  sender.onClosed(() => state.checkpointers.delete(checkpoint));
  await sender.send(confirmationMessage(crypto.randomUUID()));
  while (!sender.isClosed) {
    const event = state.log.eventAt(index);
    if (event === undefined) {
      if (!isCaughtUp) await sender.send(caughtUpMessage());
      isCaughtUp = true;
      if (state.log.eventAt(index) === undefined) await nextAppend(state, sender);
      continue;
    }
    index += 1;
    if (matches(event)) {
      enter(state, 'followed');
      await sender.send(eventMessage(event));
    }
    considered += 1;
    if (considered % every === 0) await sendCheckpoint(sender, event);
  }
}

async function sendCheckpoint(sender: Sender, event: StoredEvent | undefined, prepareBehind = 0n): Promise<void> {
  if (event !== undefined) await sender.send(checkpointMessage(event.position, event.position - prepareBehind));
}

function nextAppend(state: ServerState, sender: Sender): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      unwatch();
      resolve();
    };
    const unwatch = state.log.watch(done);
    sender.onClosed(done);
  });
}

function startOf(state: ServerState, options: ReadReq.Options): number {
  const all = options.getAll();
  if (all?.hasEnd() === true) return state.log.size;
  const position = all?.getPosition()?.getCommitPosition();
  return position === undefined ? 0 : state.log.indexAfter(BigInt(position));
}

function checkpointEvery(filter: ReadReq.Options.FilterOptions | undefined): number {
  if (filter === undefined) return Infinity;
  return (filter.hasMax() ? filter.getMax() : SEARCH_WINDOW) * filter.getCheckpointintervalmultiplier();
}

function matcherOf(filter: ReadReq.Options.FilterOptions | undefined): (event: StoredEvent) => boolean {
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) return () => true;
  const subject = (event: StoredEvent): string => (filter.hasStreamIdentifier() ? event.stream : event.type);
  const prefixes = expression.getPrefixList();
  const pattern = new RegExp(expression.getRegex());
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => subject(event).startsWith(prefix));
  return (event) => pattern.test(subject(event));
}
