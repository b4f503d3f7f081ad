/** Time as this adapter uses it: deadlines and watchdogs. Tests move it by hand. */
export interface Timers {
  /** Milliseconds that only grow. */
  now(): number;
  /** Calls back once after the time; the answer calls it off. Does not keep the process alive. */
  after(ms: number, act: () => void): () => void;
  /** Calls back when the messages and timers that are due have been dealt with. */
  soon(act: () => void): void;
}

/** The machine's own time. */
export const SYSTEM_TIMERS: Timers = {
  now: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
  soon: (act) => void setImmediate(act),
};

/** Settles as the work does, or rejects with `late()` when the work takes longer. The work itself goes on. */
export async function within<Result>(
  timers: Timers,
  ms: number,
  work: Promise<Result>,
  late: () => Error,
): Promise<Result> {
  const { promise: lateness, reject } = Promise.withResolvers<never>();
  const callOff = timers.after(ms, () => {
    reject(late());
  });
  try {
    return await Promise.race([work, lateness]);
  } finally {
    callOff();
  }
}

/** Waits for the work, but no longer than this. */
export async function atMost(timers: Timers, ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: lateness, resolve } = Promise.withResolvers<undefined>();
  const callOff = timers.after(ms, () => {
    resolve(undefined);
  });
  try {
    await Promise.race([work, lateness]);
  } finally {
    callOff();
  }
}

/** Waits. */
export async function pause(timers: Timers, ms: number): Promise<void> {
  await new Promise<void>((resolve) => timers.after(ms, resolve));
}
