/** Wakes those who wait for something to happen in this process. */
export class WakeUp {
  private readonly sleepers = new Set<() => void>();

  /** Resolves at the next `ring`, or after the time as a safety net. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.sleepers.add(wake);
    });
  }

  /** Wakes all who wait now. */
  ring(): void {
    for (const wake of [...this.sleepers]) wake();
  }
}

/** Lets the event loop turn once, so that nobody starves behind a long run of synchronous reads. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
