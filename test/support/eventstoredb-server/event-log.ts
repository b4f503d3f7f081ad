import { judge, type Expectation, type StreamFacts } from './expectation';
import { openJournal, type Journal } from './journal';
import { metastreamOf, readLimits, TRUNCATED } from './stream-metadata';
import { recordBytes, type ProposedEvent, type StoredEvent } from './stored-event';

/** Most bytes of data and metadata of one append. */
export const APPEND_BYTES_LIMIT = 1024 * 1024;

/** Ids that an append with an open expectation still recognises. */
const RECENT_IDS_MAX = 100_000;

/** The first record lies behind those that a server writes for itself. */
const FIRST_POSITION = 811n;

/** What became of an append. */
export type Appended =
  | { readonly kind: 'success'; readonly revision: bigint; readonly position: bigint }
  | { readonly kind: 'conflict'; readonly current: bigint | 'none' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'deleted' };

/** Where the log keeps its lines, if anywhere. */
export interface LogFile {
  readonly path: string;
  /** Syncs after every append. A kill of the process alone needs no sync. */
  readonly isSynced: boolean;
}

interface Stream {
  readonly ids: string[];
  readonly events: StoredEvent[];
  isTombstoned: boolean;
}

/** All events in order, and by stream. One append is one step: nothing else happens between its events. */
export class EventLog {
  private readonly all: StoredEvent[] = [];
  private readonly streams = new Map<string, Stream>();
  private readonly recent = new Map<string, { readonly stream: string; readonly revision: bigint }>();
  private readonly watchers = new Set<() => void>();
  private readonly journal: Journal | undefined;
  private end = FIRST_POSITION;

  constructor(file?: LogFile) {
    if (file === undefined) return;
    this.journal = openJournal(file.path, file.isSynced, (entry) => {
      if (entry.kind === 'tombstone') this.streamOf(entry.stream).isTombstoned = true;
      else for (const event of entry.events) this.insert(event);
    });
    this.recent.clear();
  }

  /** Number of events stored, of all streams. */
  get size(): number {
    return this.all.length;
  }

  eventAt(index: number): StoredEvent | undefined {
    return this.all[index];
  }

  /** Index of the first event after a position. */
  indexAfter(position: bigint): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle]?.position ?? 0n) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  append(name: string, expectation: Expectation, proposed: readonly ProposedEvent[]): Appended {
    if (this.isTombstoned(name)) return { kind: 'deleted' };
    if (sizeOf(proposed) > APPEND_BYTES_LIMIT) return { kind: 'too-large' };
    const ids = proposed.map((event) => event.id);
    const verdict = judge(expectation, ids, this.factsOf(name, this.streams.get(name)));
    if (verdict.kind === 'conflict') return { kind: 'conflict', current: this.headOf(name) };
    if (verdict.kind === 'append') this.write(name, proposed);
    return this.success(name, verdict.kind === 'stored' ? Number(verdict.last) : -1);
  }

  /** Revision of the last event ever written, deleted or not. */
  headOf(name: string): bigint | 'none' {
    const count = this.streams.get(name)?.events.length ?? 0;
    return count === 0 ? 'none' : BigInt(count) - 1n;
  }

  isTombstoned(name: string): boolean {
    return this.streams.get(name)?.isTombstoned === true;
  }

  /** The events that a reader may still see, or undefined when there is no such stream (any more). */
  visible(name: string): readonly StoredEvent[] | undefined {
    const stream = this.streams.get(name);
    if (stream === undefined || stream.events.length === 0) return undefined;
    const { truncateBefore, maxCount } = this.limitsOf(name);
    const first = Math.max(truncateBefore, maxCount === undefined ? 0 : stream.events.length - maxCount);
    return truncateBefore === TRUNCATED ? undefined : first > 0 ? stream.events.slice(first) : stream.events;
  }

  tombstone(name: string): void {
    this.streamOf(name).isTombstoned = true;
    this.journal?.writeTombstone(name);
  }

  /** Forgets everything after the first `size` events, as a restored backup does. Positions are then given anew. */
  restoreTo(size: number): void {
    const kept = this.all.slice(0, size);
    this.all.length = 0;
    this.streams.clear();
    this.recent.clear();
    this.end = FIRST_POSITION;
    for (const event of kept) this.insert(event);
  }

  /** Changes stored bytes behind the back of all readers. */
  tamper(index: number, change: Partial<StoredEvent>): void {
    const event = this.all[index];
    if (event === undefined) throw new RangeError(`there is no event ${index} to tamper with`);
    const changed = { ...event, ...change };
    this.all[index] = changed;
    const stream = this.streams.get(event.stream);
    if (stream !== undefined) stream.events[Number(event.revision)] = changed;
  }

  /** Calls back after each append, until the returned function is called. */
  watch(onAppend: () => void): () => void {
    this.watchers.add(onAppend);
    return () => void this.watchers.delete(onAppend);
  }

  close(): void {
    this.journal?.close();
  }

  private success(name: string, index: number): Appended {
    const last = this.streams.get(name)?.events.at(index);
    return { kind: 'success', revision: last?.revision ?? 0n, position: last?.position ?? 0n };
  }

  private limitsOf(name: string): { readonly truncateBefore: number; readonly maxCount?: number } {
    return readLimits(this.streams.get(metastreamOf(name))?.events.at(-1)?.data);
  }

  private factsOf(name: string, stream: Stream | undefined): StreamFacts {
    const isVacant = stream === undefined || this.limitsOf(name).truncateBefore === TRUNCATED;
    return {
      ids: stream?.ids ?? [],
      exists: !isVacant || this.streams.has(metastreamOf(name)),
      isVacant,
      recent: (id) => {
        const known = this.recent.get(id);
        return known?.stream === name ? known.revision : undefined;
      },
    };
  }

  private write(name: string, proposed: readonly ProposedEvent[]): void {
    const revive = this.limitsOf(name).truncateBefore === TRUNCATED;
    const first = this.streams.get(name)?.events.length ?? 0;
    const created = BigInt(Date.now()) * 10_000n;
    let position = this.end;
    const events = proposed.map((event, index): StoredEvent => {
      const stored = { ...event, stream: name, revision: BigInt(first + index), position, created };
      position += recordBytes(name, event);
      return stored;
    });
    this.journal?.write(events);
    for (const event of events) this.insert(event);
    if (revive && !name.startsWith('$$')) this.writeTruncation(name, first);
    for (const notify of this.watchers) notify();
  }

  /** A deleted stream that is written again begins to be visible at its next revision. */
  private writeTruncation(name: string, before: number): void {
    const id = crypto.randomUUID();
    const data = Buffer.from(JSON.stringify({ $tb: before }));
    const event = { id, type: '$metadata', contentType: 'application/json', data, metadata: new Uint8Array() };
    this.write(metastreamOf(name), [event]);
  }

  private insert(event: StoredEvent): void {
    const stream = this.streamOf(event.stream);
    this.all.push(event);
    stream.events.push(event);
    stream.ids.push(event.id);
    this.end = event.position + recordBytes(event.stream, event);
    this.recent.set(event.id, { stream: event.stream, revision: event.revision });
    if (this.recent.size > RECENT_IDS_MAX) for (const id of this.recent.keys()) return void this.recent.delete(id);
  }

  private streamOf(name: string): Stream {
    const known = this.streams.get(name);
    if (known !== undefined) return known;
    const stream: Stream = { ids: [], events: [], isTombstoned: false };
    this.streams.set(name, stream);
    return stream;
  }
}

function sizeOf(events: readonly ProposedEvent[]): number {
  return events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0);
}
