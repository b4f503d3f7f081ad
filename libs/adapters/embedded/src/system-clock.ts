import type { Clock } from '@ledger/ports';
import { instantOf, type Instant } from '@ledger/units';

/** The machine's clock. */
export class SystemClock implements Clock {
  now(): Instant {
    const instant = instantOf(Date.now());
    if (instant === undefined) throw new RangeError("the machine's clock is outside the years 0 to 9999");
    return instant;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener('abort', wake);
    });
  }
}
