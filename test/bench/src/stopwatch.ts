/** What a piece of work took, and the most memory that the process had meanwhile. */
export interface Spent {
  readonly wallSeconds: number;
  /** Time on the processors, of all threads of the process: less disturbed by what else the machine does. */
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}

/** Looking costs a call into the system, so it is not done more often. */
const LOOK_EVERY_MS = 20;

/** Adds up time between `start` and `pause`, so that making the input is not measured with it. */
export class Stopwatch {
  private wallMs = 0;
  private cpuUs = 0;
  private peak = 0;
  private lookedAt = -LOOK_EVERY_MS;
  private since: { readonly wall: number; readonly cpu: NodeJS.CpuUsage } | undefined;

  start(): void {
    this.look();
    this.since ??= { wall: performance.now(), cpu: process.cpuUsage() };
  }

  pause(): void {
    if (this.since === undefined) return;
    const { user, system } = process.cpuUsage(this.since.cpu);
    this.wallMs += performance.now() - this.since.wall;
    this.cpuUs += user + system;
    this.since = undefined;
    this.look();
  }

  /** Looks how much memory is in use; call it now and then. */
  look(): void {
    const now = performance.now();
    if (now - this.lookedAt < LOOK_EVERY_MS) return;
    this.lookedAt = now;
    this.peak = Math.max(this.peak, process.memoryUsage.rss());
  }

  spent(): Spent {
    this.pause();
    return { wallSeconds: this.wallMs / 1_000, cpuSeconds: this.cpuUs / 1_000_000, peakRssBytes: this.peak };
  }
}
