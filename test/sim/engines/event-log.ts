import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  AppendTooLarge,
  RevisionConflict,
  StoreRolledBack,
  eventBytes,
} from '@ledger/ports';
import type { EventMark, ExpectedRevision, FollowOptions, FollowedBatch, NewEvent, RecordedEvent } from '@ledger/ports';
import { FOLLOW_BATCH_MAX } from '@ledger/ports';
import { isUuid } from '@ledger/units';
import type { Instant } from '@ledger/units';

/** What an event store holds: all events in their global order, and each stream. Outlives the processes. */
export class EventLog {
  readonly events: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly followers = new Set<() => void>();

  /** Appends all or nothing. @throws RevisionConflict, AppendTooLarge, RangeError */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[], recordedAt: Instant): bigint {
    check(stream, events);
    const held = this.streams.get(stream) ?? [];
    const from = expected === 'none' ? 0 : Number(expected) + 1;
    const last = BigInt(from + events.length - 1);
    if (from !== held.length) {
      if (events.every(({ id }, index) => held[from + index]?.id === id)) return last;
      throw new RevisionConflict(stream, expected, held.length === 0 ? 'none' : BigInt(held.length - 1));
    }
    for (const { id, type, data, metadata } of events) {
      const [revision, position] = [BigInt(held.length), BigInt(this.events.length + 1)];
      const event = { id, type, data, metadata, stream, revision, position, recordedAt };
      held.push(event);
      this.events.push(event);
    }
    this.streams.set(stream, held);
    this.wake();
    return last;
  }

  stream(stream: string, from = 0n, max?: number): readonly RecordedEvent[] {
    const begin = Number(from);
    return (this.streams.get(stream) ?? []).slice(begin, max === undefined ? undefined : begin + max);
  }

  /** The next batch of the global order. @throws StoreRolledBack for a position behind the end, and for another mark */
  after({ prefixes, after, mark, batchMax = FOLLOW_BATCH_MAX }: FollowOptions): FollowedBatch {
    const begin = after === 'none' ? 0 : Number(after);
    if (begin > this.events.length) throw new StoreRolledBack(BigInt(begin), 'nothing');
    if (mark !== undefined) this.checkMark(mark);
    const events: RecordedEvent[] = [];
    let at = begin;
    for (; at < this.events.length && events.length < batchMax; at += 1) {
      const event = this.events[at];
      if (event !== undefined && prefixes.some((prefix) => event.stream.startsWith(prefix))) events.push(event);
    }
    return { events, position: BigInt(at), caughtUp: at === this.events.length };
  }

  private checkMark({ position, id }: EventMark): void {
    const found = this.events[Number(position) - 1]?.id;
    if (found !== id) throw new StoreRolledBack(position, found ?? 'no event');
  }

  /** Calls once, when something is appended or `wake` is called. */
  onNews(wake: () => void): void {
    this.followers.add(wake);
  }

  wake(): void {
    const followers = [...this.followers];
    this.followers.clear();
    for (const wake of followers) wake();
  }

  /** Loses the newest events, as a store does that did not sync them when its power fails. */
  loseNewest(count: number): void {
    for (const { stream } of this.events.splice(Math.max(0, this.events.length - count))) {
      this.streams.get(stream)?.pop();
    }
  }
}

function check(stream: string, events: readonly NewEvent[]): void {
  if (events.length === 0) throw new RangeError('no events to append');
  if (stream === '' || !stream.isWellFormed()) throw new RangeError(`"${stream}" is no name of a stream`);
  if (!events.every(({ id }) => isUuid(id))) throw new RangeError('an id is no UUID');
  const bytes = events.reduce((sum, event) => sum + eventBytes(event), 0);
  if (events.length > APPEND_EVENTS_MAX || bytes > APPEND_BYTES_MAX) {
    throw new AppendTooLarge(`${events.length} events with ${bytes} bytes are too many for one append`);
  }
}
