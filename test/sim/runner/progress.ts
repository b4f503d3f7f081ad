/** Between two lines of progress where nobody watches, in ms; on a terminal the line is renewed in place. */
const LINE_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 500;

/** Tells on stderr how far the seeds are. */
export class Progress {
  private done = 0;
  private failed = 0;
  private toldAt: number;
  private readonly began: number;

  constructor(
    private readonly seeds: number,
    private readonly out: NodeJS.WriteStream = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
    this.toldAt = this.began;
    if (!out.isTTY) out.write(`${seeds} seeds begin\n`);
  }

  add(passed: number, failed: number): void {
    this.done += passed + failed;
    this.failed += failed;
    const { isTTY } = this.out;
    if (this.now() - this.toldAt < (isTTY ? TERMINAL_EVERY_MS : LINE_EVERY_MS)) return;
    this.toldAt = this.now();
    this.out.write(isTTY ? `\r${this.text()}\u001b[K` : `${this.text()}\n`);
  }

  /** Leaves a clean line behind. */
  end(): void {
    if (this.out.isTTY) this.out.write('\r\u001b[K');
  }

  /** Seconds since the beginning. */
  seconds(): number {
    return (this.now() - this.began) / 1_000;
  }

  private text(): string {
    const left = (this.seconds() / this.done) * (this.seeds - this.done);
    const failed = this.failed === 0 ? '' : `, ${this.failed} failed`;
    return `${this.done} of ${this.seeds} seeds${failed}, about ${Math.ceil(left)} s left`;
  }
}
