import type { Database } from './database';

/** How much waits, and how much of it goes into one transaction. */
export interface GroupLimits {
  /** Most bytes that wait; above it work is refused. */
  readonly waitingBytesMax: number;
  /** Bytes after which a transaction takes nothing more. */
  readonly groupBytesMax: number;
  /** The error that refuses work above the limit. */
  readonly whenFull: () => Error;
}

interface Job {
  readonly bytes: number;
  run(): void;
  settle(): void;
  fail(reason: unknown): void;
}

/**
 * Gathers the writes of one turn of the event loop in one transaction, so that one sync serves them all. Each promise settles
 * after the commit. Work runs in the order in which it came.
 */
export class GroupCommit {
  private waiting: Job[] = [];
  private waitingBytes = 0;
  private isScheduled = false;

  constructor(
    private readonly database: Database,
    private readonly limits: GroupLimits,
    private readonly onCommit: () => void = () => undefined,
  ) {}

  /**
   * Runs the work inside the next transaction. An Error that it returns refuses this work alone, and it must have written nothing;
   * an error that it throws is a fault: it undoes the whole group and ends the use of the database. A single piece of work above the limit is taken when
   * nothing waits, and work of no bytes always.
   */
  async run<T>(bytes: number, work: () => T | Error): Promise<T> {
    this.database.refuse();
    if (bytes > 0 && this.waiting.length > 0 && this.waitingBytes + bytes > this.limits.waitingBytesMax)
      throw this.limits.whenFull();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let outcome: T | Error;
    this.waiting.push({
      bytes,
      run: () => void (outcome = work()),
      settle: () => {
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      },
      fail: reject,
    });
    this.waitingBytes += bytes;
    this.schedule();
    return promise;
  }

  /** Commits all that waits, now. */
  flush(): void {
    while (this.waiting.length > 0) this.commitGroup();
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.length === 0) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      if (this.waiting.length > 0) this.commitGroup();
      this.schedule();
    });
  }

  private commitGroup(): void {
    const group = this.takeGroup();
    try {
      this.database.transaction(() => {
        group.forEach((job) => {
          job.run();
        });
      });
    } catch (error) {
      const fault = this.database.fail(error);
      group.concat(this.waiting).forEach((job) => {
        job.fail(fault);
      });
      this.waiting = [];
      return;
    }
    group.forEach((job) => {
      job.settle();
    });
    this.onCommit();
  }

  private takeGroup(): Job[] {
    let [count, bytes] = [0, 0];
    for (const job of this.waiting) {
      if (count > 0 && bytes + job.bytes > this.limits.groupBytesMax) break;
      count += 1;
      bytes += job.bytes;
    }
    const group = this.waiting.slice(0, count);
    this.waiting = this.waiting.slice(count);
    this.waitingBytes -= bytes;
    return group;
  }
}
