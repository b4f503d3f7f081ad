import { FeedUnavailable } from '@ledger/ports';
import type { Timers } from './timers';

/** What the watchdog looks at. */
export interface Watched {
  readonly timers: Timers;
  readonly silenceMaxMs: number;
  readonly handlerSilenceMaxMs: number;
  /** The partitions held, the offset that comes next in each, and whether records of it wait or are in hand. */
  places(): readonly { readonly partition: number; readonly next: bigint; readonly isBusy: boolean }[];
  /** The end of each partition. Rejects with FeedUnavailable when the broker does not answer. */
  ends(): Promise<ReadonlyMap<number, bigint>>;
  onDead(reason: Error): void;
}

/** The consumer lives, but does nothing any more. End the process: whoever starts it again begins at the last commit. */
export class ConsumerStalled extends Error {
  readonly code = 'consumer-stalled';
}

const CHECKS_IN_SILENCE = 8;

/**
 * Notices a consumer that died without an error: its loop is silent, its handler is stuck, or records lie there that it does not
 * fetch. A broker that does not answer is no death of the consumer: it is waited for.
 */
export class Watchdog {
  private lastSignAt: number;
  private readonly hands = new Map<number, number>();
  private readonly behind = new Map<number, { readonly next: bigint; readonly since: number }>();
  private callOff: () => void = () => undefined;
  private isStopped = false;

  constructor(private readonly watched: Watched) {
    this.lastSignAt = watched.timers.now();
  }

  /** Begins to watch, unless it was stopped already. */
  start(): void {
    if (this.isStopped) return;
    this.callOff = this.watched.timers.after(this.watched.silenceMaxMs / CHECKS_IN_SILENCE, () => {
      void this.check().then(() => {
        this.start();
      });
    });
  }

  /** Ends for good. */
  stop(): void {
    this.isStopped = true;
    this.callOff();
  }

  /** The consumer's own loop did something. */
  sign(): void {
    this.lastSignAt = this.watched.timers.now();
  }

  /** A handler took, or still holds, records of the partition. */
  holds(partition: number): void {
    this.hands.set(partition, this.watched.timers.now());
  }

  /** A handler is done with what it held. */
  releases(partition: number): void {
    this.hands.delete(partition);
  }

  private async check(): Promise<void> {
    const { timers, handlerSilenceMaxMs, silenceMaxMs } = this.watched;
    const now = timers.now();
    for (const [partition, since] of this.hands) {
      if (now - since > handlerSilenceMaxMs) {
        this.watched.onDead(
          new ConsumerStalled(`partition ${partition}: the handler gave no sign for ${handlerSilenceMaxMs} ms`),
        );
        return;
      }
    }
    const ends = await this.endsIfReachable();
    if (ends === undefined) return;
    const reason =
      now - this.lastSignAt > silenceMaxMs ? `gave no sign for ${silenceMaxMs} ms` : this.standstill(ends, now);
    if (reason !== undefined)
      this.watched.onDead(new ConsumerStalled(`the consumer ${reason}, although the broker answers`));
  }

  private async endsIfReachable(): Promise<ReadonlyMap<number, bigint> | undefined> {
    try {
      return await this.watched.ends();
    } catch (error) {
      if (error instanceof FeedUnavailable) return undefined;
      throw error;
    }
  }

  private standstill(ends: ReadonlyMap<number, bigint>, now: number): string | undefined {
    const before = new Map(this.behind);
    this.behind.clear();
    for (const { partition, next, isBusy } of this.watched.places()) {
      if (isBusy || next >= (ends.get(partition) ?? 0n)) continue;
      const earlier = before.get(partition);
      const since = earlier?.next === next ? earlier.since : now;
      this.behind.set(partition, { next, since });
      if (now - since > this.watched.silenceMaxMs) {
        return `stands still at offset ${next} of partition ${partition} since ${this.watched.silenceMaxMs} ms`;
      }
    }
    return undefined;
  }
}
