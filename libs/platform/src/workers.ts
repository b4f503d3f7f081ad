import type { Logger } from './logs';

/** Something that runs beside the HTTP server until it is stopped: a consumer, a projector, a timer. */
export interface Worker {
  readonly name: string;
  /** Settles when it was stopped; rejects when it died. A dead worker is a dead process. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** How a worker is made once the engines are open. */
export interface WorkerPlan {
  readonly name: string;
  start(): Worker;
}

/** The workers of one process: started in order, stopped in reverse order. */
export class Workers {
  private readonly running: Worker[] = [];
  private isStopping = false;
  private death: Error | undefined;

  constructor(
    private readonly plans: readonly WorkerPlan[],
    private readonly logger: Logger,
    private readonly onDeath: (error: Error) => void,
  ) {}

  /** Starts all; the first one that dies later is reported once. */
  start(): void {
    for (const plan of this.plans) {
      const worker = plan.start();
      this.running.push(worker);
      worker.ended.catch((error: unknown) => {
        this.report(worker.name, error);
      });
    }
  }

  /** Tells whether all workers live: the liveness of the process. */
  isAlive(): boolean {
    return this.death === undefined;
  }

  /** Tells whether work goes on: not before the start, not while stopping, not after a death. */
  isWorking(): boolean {
    return this.death === undefined && !this.isStopping && this.running.length === this.plans.length;
  }

  /** Stops in reverse order, each one after the one before has finished what it had in hand. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const worker of this.running.reverse()) {
      try {
        await worker.stop();
      } catch (error) {
        this.logger.error({ worker: worker.name, err: error }, 'a worker did not stop cleanly');
      }
    }
  }

  /** Something without which nothing can go on has died: the process ends, and is started again. */
  report(name: string, error: unknown): void {
    const death = error instanceof Error ? error : new Error(String(error));
    this.logger.fatal({ worker: name, err: death }, 'a worker died');
    if (this.death !== undefined) return;
    this.death = death;
    this.onDeath(death);
  }
}

/** A worker that repeats a step, waits, and repeats it, until it is stopped. A step that fails ends the worker. */
export function repeating(
  name: string,
  options: { readonly everyMs: number; readonly sleep: (ms: number, signal: AbortSignal) => Promise<void> },
  step: () => Promise<void>,
): Worker {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await step();
      await options.sleep(options.everyMs, stopping.signal);
    }
  };
  const ended = run();
  return {
    name,
    ended,
    stop: async () => {
      stopping.abort();
      await ended.catch(() => undefined);
    },
  };
}
