import { FOLLOW_BATCH_MAX, type FollowedBatch, type FollowOptions, type Following } from '@ledger/ports';
import { EMBEDDED_LIMITS } from './limits';
import type { WakeUp } from './wake-up';
import { nextTurn } from './wake-up';

/** Reads one stretch of the global order that begins after a position, at once. */
export type ScanEvents = (after: number, options: { prefixes: readonly string[]; batchMax: number }) => FollowedBatch;

/** Yields stretch after stretch up to the end that stood when it was called. */
export async function* stretches(scan: ScanEvents, end: number, options: FollowOptions): AsyncGenerator<FollowedBatch> {
  const [prefixes, batchMax] = [options.prefixes, options.batchMax ?? FOLLOW_BATCH_MAX];
  for (let after = startOf(options); ;) {
    const batch = scan(after, { prefixes, batchMax });
    const caughtUp = batch.position >= BigInt(end);
    if (batch.events.length > 0 || caughtUp) yield { ...batch, caughtUp };
    if (caughtUp) return;
    after = Number(batch.position);
    await nextTurn();
  }
}

/** What a follower reads. */
export interface FollowSource {
  /** Throws when the events that were handled before are not those of the file. */
  readonly check: () => void;
  readonly scan: ScanEvents;
  readonly commits: WakeUp;
}

/** Hands over stretch after stretch, waits for commits at the end, and goes on until it is stopped. */
export class EventFollower implements Following {
  readonly ended: Promise<void>;
  private isStopping = false;

  constructor(
    private readonly source: FollowSource,
    private readonly options: FollowOptions,
    onBatch: (batch: FollowedBatch) => Promise<void>,
  ) {
    this.ended = this.run(onBatch);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.source.commits.ring();
    await Promise.allSettled([this.ended]);
  }

  private async run(onBatch: (batch: FollowedBatch) => Promise<void>): Promise<void> {
    const stretch = { prefixes: this.options.prefixes, batchMax: this.options.batchMax ?? FOLLOW_BATCH_MAX };
    await nextTurn();
    const { check, scan, commits } = this.source;
    check();
    let after = startOf(this.options);
    let [told, hasCaughtUp] = [BigInt(after), false];
    while (!this.isStopping) {
      const batch = scan(after, stretch);
      after = Number(batch.position);
      if (
        batch.events.length > 0 ||
        (batch.caughtUp && !hasCaughtUp) ||
        batch.position - told >= BigInt(EMBEDDED_LIMITS.quietPositionsMax)
      ) {
        hasCaughtUp = batch.caughtUp;
        told = batch.position;
        await onBatch(batch);
        await nextTurn();
      } else if (batch.caughtUp) {
        await commits.wait(EMBEDDED_LIMITS.followPollMs);
      } else {
        await nextTurn();
      }
    }
  }
}

function startOf(options: FollowOptions): number {
  return options.after === 'none' ? 0 : Number(options.after);
}
