import { START, streamNameFilter, type AllStreamSubscription, type EventStoreDBClient } from '@eventstore/db-client';
import { FOLLOW_BATCH_MAX, StoreUnavailable, type Clock, type FollowedBatch, type FollowOptions } from '@ledger/ports';
import { readFault } from './client-error';
import { FetchedItems, type Item } from './fetched-items';
import type { EventStoreDbLimits } from './settings';
import { fromStored, type ClientEvent } from './stored-event';

/** Events that the server looks at in one go, and how many such goes make a checkpoint. */
const SEARCH_WINDOW = 1_024;
const CHECKPOINT_EVERY_WINDOWS = 4;

/** What a feed needs. */
export interface FeedSource {
  readonly client: EventStoreDBClient;
  readonly clock: Clock;
  readonly limits: EventStoreDbLimits;
}

/** One subscription to all streams, filtered by the server, handed over in batches at the taker's pace. */
export class SubscriptionFeed {
  private readonly subscription: AllStreamSubscription;
  private readonly items: FetchedItems;
  private fault: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly source: FeedSource,
    private readonly options: FollowOptions,
  ) {
    const { after } = options;
    this.items = new FetchedItems(after);
    this.subscription = source.client.subscribeToAll({
      fromPosition: after === 'none' ? START : { commit: after, prepare: after },
      filter: streamNameFilter({
        prefixes: [...options.prefixes],
        maxSearchWindow: SEARCH_WINDOW,
        checkpointInterval: CHECKPOINT_EVERY_WINDOWS,
        checkpointReached: (_subscription, { commit, prepare }) => {
          // Only a record's own position can be gone on from; an exception here would stall the subscription silently.
          if (commit === prepare) this.mark({ kind: 'checkpoint', position: commit });
        },
      }),
    });
    this.listen();
  }

  /** The next batch, waiting for one; undefined when the signal came first. @throws StoreUnavailable, StorageFault */
  async next(stop: AbortSignal): Promise<FollowedBatch | undefined> {
    while (this.items.length === 0 && this.fault === undefined && !stop.aborted) await this.something(stop);
    if (stop.aborted) return undefined;
    if (this.items.length === 0 && this.fault !== undefined) throw this.fault;
    const batch = this.items.takeBatch(this.options.batchMax ?? FOLLOW_BATCH_MAX);
    if (!this.isFull() && this.subscription.isPaused()) this.subscription.resume();
    return batch;
  }

  /** Ends the subscription on both sides. What it still sends is ignored. */
  close(): void {
    this.fault ??= new StoreUnavailable('the subscription is closed');
    this.subscription.unsubscribe().catch(() => undefined);
    this.subscription.resume();
  }

  private listen(): void {
    this.subscription.on('data', (resolved: { readonly event?: ClientEvent }) => {
      this.take(resolved.event);
    });
    this.subscription.on('caughtUp', () => {
      this.mark({ kind: 'caught-up' });
    });
    // Without this listener a lost connection would end the process; it stays for errors that come after the end.
    this.subscription.on('error', (error: Error) => {
      this.fail(error);
    });
    this.subscription.on('end', () => {
      this.fail(new StoreUnavailable('the server ended the subscription'));
    });
  }

  private take(event: ClientEvent | undefined): void {
    if (this.fault !== undefined) return;
    try {
      this.items.addEvent(fromStored(event));
    } catch (error) {
      this.fail(error);
    }
    if (this.isFull()) this.subscription.pause();
    this.wake();
  }

  private mark(item: Item): void {
    if (this.fault !== undefined) return;
    this.items.addMark(item, this.subscription.readableLength);
    this.wake();
  }

  private fail(error: unknown): void {
    this.fault ??= readFault('$all', error);
    this.wake();
  }

  private isFull(): boolean {
    const { fetchedEventsMax, fetchedBytesMax } = this.source.limits;
    return this.items.length >= fetchedEventsMax || this.items.bytes >= fetchedBytesMax;
  }

  /** Waits for anything to come. Before the end of what is stored a silent server is given up; afterwards it may be silent. */
  private async something(stop: AbortSignal): Promise<void> {
    const arrived = new AbortController();
    const idle = this.items.caughtUp ? undefined : this.source.limits.followIdleMs;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => {
      resolve(undefined);
    };
    this.wake = wake;
    stop.addEventListener('abort', wake);
    if (idle !== undefined) {
      void this.source.clock.sleep(idle, arrived.signal).then(() => {
        if (!arrived.signal.aborted) this.fail(new StoreUnavailable(`the server was silent for ${idle} ms`));
      });
    }
    await promise;
    stop.removeEventListener('abort', wake);
    arrived.abort();
  }
}
