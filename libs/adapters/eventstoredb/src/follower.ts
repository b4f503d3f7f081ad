import type { Clock, EventMark, FollowedBatch, Following, FollowOptions, Random } from '@ledger/ports';
import { isHopeless } from './client-error';
import type { EventStoreDbLimits } from './settings';
import type { SubscriptionFeed } from './subscription-feed';

/** How a follower is. */
export interface FollowerHealth {
  readonly prefixes: readonly string[];
  /** True while the last thing that happened was a batch that came and was handled. */
  readonly isConnected: boolean;
  /** Tries in a row that failed. */
  readonly failures: number;
  readonly lastError?: string;
}

/** What a follower needs. */
export interface FollowerTools {
  /** Whether the store still holds what was handled. @throws StoreRolledBack, StoreUnavailable */
  readonly check: (mark: EventMark) => Promise<void>;
  readonly open: (after: bigint | 'none') => SubscriptionFeed;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: EventStoreDbLimits;
}

type Handler = (batch: FollowedBatch) => Promise<void>;

/** The handler's own error, apart from those of the subscription. */
class HandlerFailed extends Error {}

/**
 * Follows for ever: when the subscription breaks, a new one begins after the last position that was handled, with waits that
 * double up to a limit and differ by chance, so that a restarted server is not met by all followers at once. A server that came
 * back with an older log ends it.
 */
export class Follower implements Following {
  readonly ended: Promise<void>;
  private readonly stopping = new AbortController();
  private handled: bigint | 'none';
  private mark: EventMark | undefined;
  private failures = 0;
  private isConnected = false;
  private lastError: string | undefined;

  constructor(
    private readonly tools: FollowerTools,
    private readonly options: FollowOptions,
    private readonly onBatch: Handler,
  ) {
    this.handled = options.after;
    this.mark = options.mark;
    this.ended = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended.catch(() => undefined);
  }

  health(): FollowerHealth {
    const { isConnected, failures, lastError } = this;
    const told = { prefixes: this.options.prefixes, isConnected, failures };
    return lastError === undefined ? told : { ...told, lastError };
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.followOnce();
      } catch (error) {
        this.isConnected = false;
        if (error instanceof HandlerFailed) throw error.cause;
        if (!(error instanceof Error) || isHopeless(error)) throw error;
        this.lastError = error.message;
        await this.pause();
      }
    }
    this.isConnected = false;
  }

  /** Handles batches until told to stop or the subscription breaks. */
  private async followOnce(): Promise<void> {
    if (this.mark !== undefined) await this.tools.check(this.mark);
    const feed = this.tools.open(this.handled);
    try {
      for (;;) {
        const batch = await feed.next(this.stopping.signal);
        if (batch === undefined) return;
        await this.handle(batch);
      }
    } finally {
      feed.close();
    }
  }

  private async handle(batch: FollowedBatch): Promise<void> {
    try {
      await this.onBatch(batch);
    } catch (cause) {
      throw new HandlerFailed('the handler failed', { cause });
    }
    this.handled = batch.position;
    const last = batch.events.at(-1);
    if (last !== undefined) this.mark = { position: last.position, id: last.id };
    this.failures = 0;
    this.isConnected = true;
    this.lastError = undefined;
  }

  private async pause(): Promise<void> {
    const { retryFirstMs, retryLongestMs } = this.tools.limits;
    const longest = Math.min(retryLongestMs, retryFirstMs * 2 ** Math.min(this.failures, DOUBLINGS_MAX));
    this.failures += 1;
    const [chance = 0] = this.tools.random.bytes(1);
    await this.tools.clock.sleep(longest * (0.5 + chance / 512), this.stopping.signal);
  }
}

const DOUBLINGS_MAX = 20;
