import type { Clock } from '@ledger/ports';

/** How long somebody is willing to wait. One at a time may ask to be told when that is over. */
export class Patience {
  private giveUp: (() => void) | undefined;
  private isSpent = false;

  get isOver(): boolean {
    return this.isSpent;
  }

  /** Calls back when it is over, or at once when it is already. Only the last one who asked is called. */
  whenOver(giveUp: () => void): void {
    this.giveUp = giveUp;
    if (this.isSpent) giveUp();
  }

  end(): void {
    this.isSpent = true;
    this.giveUp?.();
  }
}

/** Steps in which time passes for all: patience ends this part of it late at most. */
const STEPS = 4;

/**
 * Gives many pieces of work the same patience with one timer, as a timer for each would cost as much as a small append.
 * It ends no earlier than the time said, and a quarter of it later at most.
 */
export class SharedPatience {
  /** Who waits, by the step in which they came; the newest first. */
  private steps: Set<Patience>[] = [new Set()];
  private count = 0;
  private timer = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly ms: number,
  ) {}

  /** Does the work with a patience of its own. */
  async during<Result>(work: (patience: Patience) => Promise<Result>): Promise<Result> {
    const patience = new Patience();
    const step = this.steps[0];
    step?.add(patience);
    this.count += 1;
    if (this.count === 1) void this.pass();
    try {
      return await work(patience);
    } finally {
      step?.delete(patience);
      this.count -= 1;
      if (this.count === 0) this.timer.abort();
    }
  }

  private async pass(): Promise<void> {
    const timer = new AbortController();
    this.timer = timer;
    this.steps = this.steps.slice(0, 1);
    for (;;) {
      await this.clock.sleep(this.ms / STEPS, timer.signal);
      if (timer.signal.aborted) return;
      const tooOld = this.steps.splice(STEPS).flatMap((step) => [...step]);
      this.steps.unshift(new Set());
      for (const patience of tooOld) patience.end();
    }
  }
}
