import type { FollowedBatch, RecordedEvent } from '@ledger/ports';

/** What a subscription tells, in its order. */
export type Item =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caught-up' };

/** Most bytes of a followed batch, a single larger event apart. */
const FOLLOW_BATCH_BYTES_MAX = 4 * 1024 * 1024;

/**
 * What was fetched and not yet handed over. The client announces checkpoints and the end of what is stored while the events
 * before them still lie in its buffer; here such a mark waits until all of them have come, so that a position never runs
 * ahead of the events that it covers.
 */
export class FetchedItems {
  private readonly items: Item[] = [];
  private readonly marks: { readonly after: number; readonly item: Item }[] = [];
  private arrived = 0;
  private fetchedBytes = 0;
  private position: bigint;
  private isCaughtUp = false;

  constructor(after: bigint | 'none') {
    this.position = after === 'none' ? 0n : after;
  }

  get length(): number {
    return this.items.length;
  }

  get bytes(): number {
    return this.fetchedBytes;
  }

  get caughtUp(): boolean {
    return this.isCaughtUp;
  }

  /** Takes an event that the client handed over. */
  addEvent(event: RecordedEvent): void {
    this.arrived += 1;
    this.fetchedBytes += bytesOf(event);
    this.items.push({ kind: 'event', event });
    this.releaseMarks();
  }

  /** Takes a mark that the client announced while `buffered` events before it were still in its buffer. */
  addMark(item: Item, buffered: number): void {
    this.marks.push({ after: this.arrived + buffered, item });
    this.releaseMarks();
  }

  /** Takes the next batch out: at most so many events, and nothing beyond the mark that all stored ones were told. */
  takeBatch(eventsMax: number): FollowedBatch {
    const events: RecordedEvent[] = [];
    let [taken, bytes] = [0, 0];
    for (const item of this.items) {
      if (item.kind === 'event' && (events.length >= eventsMax || bytes >= FOLLOW_BATCH_BYTES_MAX)) break;
      taken += 1;
      if (item.kind === 'event') {
        events.push(item.event);
        bytes += bytesOf(item.event);
      }
      this.move(item);
      if (item.kind === 'caught-up') break;
    }
    this.items.splice(0, taken);
    this.fetchedBytes -= bytes;
    return { events, position: this.position, caughtUp: this.isCaughtUp };
  }

  private move(item: Item): void {
    if (item.kind === 'caught-up') {
      this.isCaughtUp = true;
      return;
    }
    const position = item.kind === 'event' ? item.event.position : item.position;
    if (position > this.position) this.position = position;
  }

  private releaseMarks(): void {
    for (let mark = this.marks[0]; mark !== undefined && mark.after <= this.arrived; mark = this.marks[0]) {
      this.items.push(mark.item);
      this.marks.shift();
    }
  }
}

function bytesOf(event: RecordedEvent): number {
  return event.data.length + event.metadata.length + event.type.length;
}
