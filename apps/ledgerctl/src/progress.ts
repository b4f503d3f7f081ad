import { SingleBar } from 'cli-progress';

/** Shows how far a long work is: a bar on a terminal, nothing where standard error is none. */
export interface Progress {
  at(done: number): void;
  done(): void;
}

/** Opens a progress bar on standard error. `total` 0: the end is not known. */
export function openProgress(what: string, total: number): Progress {
  if (!process.stderr.isTTY || total <= 0) return { at: () => undefined, done: () => undefined };
  const bar = new SingleBar({
    format: `${what} [{bar}] {percentage}% | {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0);
  return {
    at: (done) => {
      bar.update(Math.min(done, total));
    },
    done: () => {
      bar.stop();
    },
  };
}
