import type { Timers } from './timers';

/** Time that stands still until a test moves it. */
export class HandTimers implements Timers {
  private time = 0;
  private readonly due = new Set<{ readonly at: number; readonly act: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.time + ms, act };
    this.due.add(timer);
    return () => void this.due.delete(timer);
  }

  soon(act: () => void): void {
    setImmediate(act);
  }

  /** Lets time pass, and what follows from it happen. */
  async pass(ms: number): Promise<void> {
    this.time += ms;
    for (const timer of [...this.due].filter(({ at }) => at <= this.time)) {
      this.due.delete(timer);
      timer.act();
    }
    await turn();
  }
}

/** Lets everything happen that needs no time. */
export async function turn(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
