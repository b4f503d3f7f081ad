import { OutcomeUnknown, StoreUnavailable } from '@ledger/ports';
import type {
  EventStore,
  ExpectedRevision,
  FollowOptions,
  FollowedBatch,
  Following,
  NewEvent,
  RecordedEvent,
} from '@ledger/ports';

import type { Life, Wire } from '../wire';
import type { EventLog } from './event-log';
import { momentOf } from './machine';

/** The event store as one process sees it. */
export class SimEventStore implements EventStore {
  private isClosed = false;
  private readonly followings = new Set<SimFollowing>();

  constructor(
    private readonly wire: Wire,
    private readonly life: Life,
    private readonly log: EventLog,
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<bigint> {
    return this.wire.call(this.life, {
      label: `append ${stream}`,
      apply: () => {
        this.refuseClosed();
        return this.log.append(stream, expected, events, momentOf(this.wire.schedule.now));
      },
      unavailable,
      unknown: () => new OutcomeUnknown(stream),
    });
  }

  async *read(stream: string, options: { from?: bigint; max?: number } = {}): AsyncGenerator<RecordedEvent> {
    yield* await this.ask(`read ${stream}`, () => this.log.stream(stream, options.from, options.max));
  }

  async *readAll(options: FollowOptions): AsyncGenerator<FollowedBatch> {
    for (let after = options.after; ;) {
      const batch = await this.ask('read all', () => this.log.after({ ...options, after }));
      yield batch;
      if (batch.caughtUp) return;
      after = batch.position;
    }
  }

  follow(options: FollowOptions, onBatch: (batch: FollowedBatch) => Promise<void>): Following {
    const fetch = (after: bigint | 'none'): Promise<FollowedBatch> =>
      this.ask('follow', () => this.log.after({ ...options, after }));
    const following = new SimFollowing(this.news, fetch, onBatch);
    this.followings.add(following);
    following.start(options.after);
    return following;
  }

  isReachable(): Promise<boolean> {
    return Promise.resolve(!this.isClosed);
  }

  async close(): Promise<void> {
    await Promise.all([...this.followings].map((following) => following.stop()));
    this.isClosed = true;
  }

  /** Fulfilled when the log may have something new. */
  private readonly news = (): Promise<void> => this.wire.heard(this.life, (hear) => this.log.onNews(hear));

  private ask<Answer>(label: string, apply: () => Answer): Promise<Answer> {
    const guarded = (): Answer => {
      this.refuseClosed();
      return apply();
    };
    return this.wire.call(this.life, { label, apply: guarded, unavailable });
  }

  private refuseClosed(): void {
    if (this.isClosed) throw new StoreUnavailable('the store is closed');
  }
}

function unavailable(): Error {
  return new StoreUnavailable('the store does not answer');
}

/** A follower: fetches, hands over, waits. */
class SimFollowing implements Following {
  private isStopping = false;
  private interrupt: () => void = () => undefined;
  private readonly end = Promise.withResolvers<undefined>();
  readonly ended: Promise<void> = this.end.promise;

  constructor(
    private readonly news: () => Promise<void>,
    private readonly fetch: (after: bigint | 'none') => Promise<FollowedBatch>,
    private readonly onBatch: (batch: FollowedBatch) => Promise<void>,
  ) {}

  start(after: bigint | 'none'): void {
    this.run(after).then(
      () => this.end.resolve(undefined),
      (error: unknown) => this.end.reject(error),
    );
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.interrupt();
    await this.ended.catch(() => undefined);
  }

  private async run(from: bigint | 'none'): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.interrupt = resolve;
    });
    let hasCaughtUp = false;
    for (let after = from; !this.isStopping;) {
      const batch = await this.fetch(after);
      if (this.mustStop()) return;
      const isTold = batch.events.length > 0 || (batch.caughtUp && !hasCaughtUp);
      hasCaughtUp ||= batch.caughtUp;
      if (isTold) await this.onBatch(batch);
      else if (batch.caughtUp && batch.position === after) await Promise.race([this.news(), stopped]);
      after = batch.position;
    }
  }

  /** Asked behind an await, where the answer may have changed. */
  private mustStop(): boolean {
    return this.isStopping;
  }
}
