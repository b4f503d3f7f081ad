import type { Clock } from '@ledger/ports';

/** The time was up before the work was done. The work may still go on. */
export class TimeUp extends Error {
  readonly code = 'time-up';
}

/** The work's result, unless it takes longer than that. @throws TimeUp, or what the work throws */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = clock.sleep(ms, timer.signal).then((): never => {
    throw new TimeUp(`no answer within ${ms} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

/** Waits until the work has ended, well or not, but no longer than that. */
export async function settled(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  await within(clock, ms, work).catch(() => undefined);
}
