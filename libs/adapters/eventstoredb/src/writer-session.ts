import { NO_STREAM, type AppendToStreamOptions, type EventData, type EventStoreDBClient } from '@eventstore/db-client';
import type { Clock, ExpectedRevision } from '@ledger/ports';
import { settled } from './deadline';

/**
 * The server gets the deadline as a moment of the client's clock and counts it by its own. A far moment lets the clocks
 * differ by as much; how long an append may take is bounded by our own timer, and on the server by its own settings.
 */
const CLOCK_SKEW_TOLERATED_MS = 24 * 3_600_000;

/** One append, as the client wants it. */
export interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: EventData[];
}

/** One client that does nothing but append, and what it has in hand. It ends once, and then whole. */
export class WriterSession {
  private inHand = 0;
  private isEnded = false;
  private onIdle: () => void = () => undefined;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly clock: Clock,
  ) {}

  /** The client's own promise: it may never settle. */
  async append({ stream, expected, events }: Append): Promise<bigint> {
    const options: AppendToStreamOptions = {
      expectedRevision: expected === 'none' ? NO_STREAM : expected,
      deadline: CLOCK_SKEW_TOLERATED_MS,
    };
    this.inHand += 1;
    try {
      return (await this.client.appendToStream(stream, events, options)).nextExpectedRevision;
    } finally {
      this.inHand -= 1;
      if (this.inHand === 0) this.onIdle();
      if (this.isEnded) void this.dispose(0);
    }
  }

  /**
   * Cancels everything, twice: what was just about to be sent opens a stream of its own after the first time. When this is
   * fulfilled no stream of this client is left that could fail the appends of the next one.
   */
  async end(timeoutMs: number): Promise<void> {
    await this.dispose(timeoutMs);
    const idle = new Promise<void>((resolve) => (this.onIdle = resolve));
    if (this.inHand > 0) await settled(this.clock, timeoutMs, idle);
    this.isEnded = true;
    await this.dispose(timeoutMs);
  }

  private dispose(timeoutMs: number): Promise<void> {
    return settled(this.clock, timeoutMs, this.client.dispose());
  }
}
