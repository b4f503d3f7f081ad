import { EventStoreDBClient, NO_STREAM, type AppendToStreamOptions, type EventData } from '@eventstore/db-client';
import { StoreUnavailable, type Clock, type ExpectedRevision } from '@ledger/ports';
import { appendFault, isPoisonous } from './client-error';
import { TimeUp } from './deadline';
import type { EventStoreDbLimits } from './settings';
import { Turnstile } from './turnstile';

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

/**
 * Appends through a client that does nothing else, so that no failed read ever replaces the connection under appends that
 * wait for their answer. All appends share one stream; the client keeps those that wait in one table for the whole process,
 * therefore `shared-writer.ts` sees to it that there is one writer.
 */
export class Writer {
  private client: EventStoreDBClient | undefined;
  private disposal: Promise<unknown> | undefined;
  private readonly turnstile: Turnstile;
  private answers = 0;
  private isClosed = false;

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    private readonly limits: EventStoreDbLimits,
  ) {
    this.turnstile = new Turnstile(limits.appendsInFlightMax);
  }

  /** Revision of the last event of the append. @throws the errors of `EventStore.append` */
  async append(append: Append): Promise<bigint> {
    const [done, late] = [new AbortController(), new AbortController()];
    const timer = this.clock.sleep(this.limits.appendTimeoutMs, done.signal);
    void timer.then(() => {
      late.abort();
    });
    try {
      if (!(await this.turnstile.enter(late.signal))) throw this.unsent(append, 'too many appends are in hand');
      return await this.appendInTurn(append, late.signal);
    } finally {
      done.abort();
    }
  }

  /** Waits for the appends in hand, but not longer than the limit, and closes the client. */
  async close(): Promise<void> {
    const until = new AbortController();
    void this.clock.sleep(this.limits.closeTimeoutMs, until.signal).then(() => {
      until.abort();
    });
    while (this.turnstile.count > 0 && !until.signal.aborted) await this.clock.sleep(CLOSE_LOOK_MS, until.signal);
    until.abort();
    this.isClosed = true;
    if (this.client !== undefined) this.retire(this.client);
    await this.disposal;
  }

  private async appendInTurn(append: Append, late: AbortSignal): Promise<bigint> {
    try {
      const client = await this.ready();
      if (this.isClosed || late.aborted) throw this.unsent(append, this.isClosed ? 'the store is closed' : 'no client');
      return await this.send(client, append, late);
    } finally {
      this.turnstile.leave();
    }
  }

  private async send(client: EventStoreDBClient, append: Append, late: AbortSignal): Promise<bigint> {
    const answersBefore = this.answers;
    const options: AppendToStreamOptions = {
      expectedRevision: append.expected === 'none' ? NO_STREAM : append.expected,
      deadline: CLOCK_SKEW_TOLERATED_MS,
    };
    try {
      const answer = client.appendToStream(append.stream, append.events, options);
      const { nextExpectedRevision } = await orLate(answer, late);
      this.answers += 1;
      return nextExpectedRevision;
    } catch (error) {
      const isSilent = this.answers === answersBefore;
      if (error instanceof TimeUp ? isSilent : isPoisonous(error)) this.retire(client);
      else if (!(error instanceof TimeUp)) this.answers += 1;
      throw appendFault(append.stream, append.expected, error);
    }
  }

  /** A client to append with, never before an old one has ended: its end fails all appends that wait. */
  private async ready(): Promise<EventStoreDBClient> {
    await this.disposal;
    this.client ??= EventStoreDBClient.connectionString(this.url);
    return this.client;
  }

  private retire(client: EventStoreDBClient): void {
    if (this.client !== client) return;
    this.client = undefined;
    const ended = client.dispose().catch(() => undefined);
    this.disposal = Promise.race([ended, this.clock.sleep(this.limits.closeTimeoutMs)]);
  }

  private unsent(append: Append, reason: string): StoreUnavailable {
    return new StoreUnavailable(`${append.stream}: nothing was sent: ${reason}`);
  }
}

/** How often closing looks whether all appends are done. */
const CLOSE_LOOK_MS = 10;

function orLate<T>(answer: Promise<T>, late: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    late.addEventListener(
      'abort',
      () => {
        reject(new TimeUp('the append was not answered in time'));
      },
      { once: true },
    );
    answer.then(resolve, reject);
  });
}
