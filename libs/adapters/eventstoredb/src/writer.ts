import { EventStoreDBClient } from '@eventstore/db-client';
import { StoreUnavailable, type Clock } from '@ledger/ports';
import { appendFault, concernsAllAppends, factsOf } from './client-error';
import { atHost, type Host } from './connection-string';
import { TimeUp } from './deadline';
import { SharedPatience, type Patience } from './patience';
import type { EventStoreDbLimits } from './settings';
import { Turnstile } from './turnstile';
import { WriterSession, type Append } from './writer-session';

/**
 * Appends through a client that does nothing else, so that no failed read ever replaces the connection under appends that
 * wait for their answer. All appends share one stream; the client keeps those that wait in one table for the whole process,
 * therefore `shared-writer.ts` sees to it that there is one writer. When that stream fails, or falls silent, or could not be
 * opened, the client is thrown away whole before the next one is made: some of its failures would last for ever.
 */
export class Writer {
  private session: WriterSession | undefined;
  private ending: Promise<void> | undefined;
  /** Where the last client was told that the leader is. */
  private leader: Host | undefined;
  private readonly turnstile: Turnstile;
  private readonly patience: SharedPatience;
  private answers = 0;
  private isClosed = false;

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    private readonly limits: EventStoreDbLimits,
  ) {
    this.turnstile = new Turnstile(limits.appendsInFlightMax);
    this.patience = new SharedPatience(clock, limits.appendTimeoutMs);
  }

  /** Revision of the last event of the append. @throws the errors of `EventStore.append` */
  async append(append: Append): Promise<bigint> {
    return this.patience.during(async (patience) => {
      if (!(await this.turnstile.enter(patience))) throw unsent(append, 'too many appends are in hand');
      return this.appendInTurn(append, patience);
    });
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
    if (this.session !== undefined) this.end(this.session);
    await this.ending;
  }

  private async appendInTurn(append: Append, patience: Patience): Promise<bigint> {
    try {
      await unlessLate(this.ending ?? Promise.resolve(), patience).catch(() => {
        throw unsent(append, 'the last connection has not ended yet');
      });
      if (this.isClosed) throw unsent(append, 'the store is closed');
      this.session ??= new WriterSession(EventStoreDBClient.connectionString(this.address()), this.clock);
      return await this.send(this.session, append, patience);
    } finally {
      this.turnstile.leave();
    }
  }

  private async send(session: WriterSession, append: Append, patience: Patience): Promise<bigint> {
    const answersBefore = this.answers;
    try {
      const revision = await unlessLate(session.append(append), patience);
      this.answers += 1;
      return revision;
    } catch (error) {
      const isSilent = this.answers === answersBefore;
      if (error instanceof TimeUp ? isSilent : concernsAllAppends(error)) this.end(session, factsOf(error).leader);
      else if (!(error instanceof TimeUp)) this.answers += 1;
      throw appendFault(append.stream, append.expected, error);
    }
  }

  private end(session: WriterSession, leader?: Host): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.leader = leader;
    this.ending = session.end(this.limits.closeTimeoutMs);
  }

  private address(): string {
    return this.leader === undefined ? this.url : atHost(this.url, this.leader);
  }
}

/** How often closing looks whether all appends are done. */
const CLOSE_LOOK_MS = 10;

function unsent(append: Append, reason: string): StoreUnavailable {
  return new StoreUnavailable(`${append.stream}: nothing was sent: ${reason}`);
}

function unlessLate<T>(work: Promise<T>, patience: Patience): Promise<T> {
  return new Promise((resolve, reject) => {
    patience.whenOver(() => {
      reject(new TimeUp('no answer in time'));
    });
    work.then(resolve, reject);
  });
}
