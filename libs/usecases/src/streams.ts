import type { Clock, CrashPoint, EventStore, NewEvent, RecordedEvent } from '@ledger/ports';
import { APPEND_BYTES_MAX, APPEND_EVENTS_MAX, OutcomeUnknown, RevisionConflict, StoreUnavailable } from '@ledger/ports';

import { CacheMemory } from './cache-memory';
import type { CacheHolder } from './cache-memory';
import { chained, headAfter, unwritten } from './chained-append';
import type { Causation, EventDraft, StreamHead } from './chained-append';
import { Gate } from './gate';

/** How often one decision is made anew after a conflict, an unknown outcome or an unreachable store. */
export const DECIDE_ATTEMPTS_MAX = 12;

/** The first and the longest wait before another attempt, in ms; each wait doubles the one before. */
export const DECIDE_WAIT_FIRST_MS = 20;
export const DECIDE_WAIT_MAX_MS = 5_000;

/** How a kind of stream is written, read and folded into the state that decisions look at. */
export interface StreamFold<State, Event> {
  initial(stream: string): State;
  evolve(state: State, event: Event): State;
  /** @throws an error when the stored fact cannot be read: the fold stops there */
  read(type: string, data: string): Event;
  write(event: Event): EventDraft;
  /** Roughly how many bytes of memory the state takes. */
  weigh(state: State): number;
  /** Tells whether little more will happen to the state: of such states only the latest few stay in memory. */
  isSettled?(state: State): boolean;
}

/**
 * Streams of one kind that are read at the same time, and of those with a large state how many are decided on until the state is
 * held: it counts against the memory of the cache only then, and after a restart all streams of a batch are read.
 */
export const READ_AT_ONCE = 16;

/** A state that takes no more bytes lets the next one be read as soon as it is read itself, as that of a new stream does. */
export const SMALL_STATE_BYTES = 16 * 1024;

/** Settled states that stay in memory, for what comes twice or late. */
export const SETTLED_HELD_MAX = 200;

/** What a decision works with: the state so far, and the place to put the facts that it decides. */
export interface Deciding<State, Event> {
  state(): State;
  /** Adds facts; the state moves on at once. */
  add(events: readonly Event[], cause: Causation): void;
}

/** What the streams of one kind need. */
export interface StreamsPorts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly crash: CrashPoint;
}

/** How many folded states stay in memory (as many as there are, where it is not said), and how many bytes they take: of their own, or shared. */
export interface StreamsLimits {
  readonly states?: number;
  readonly bytes: number | CacheMemory;
}

interface Loaded<State> {
  readonly state: State;
  readonly head: StreamHead;
}

interface Held<State> extends Loaded<State> {
  readonly weight: number;
  /** Where the stream's name stands among those of all held ones. */
  place: number;
}

/**
 * Decides on streams of one kind: reads and folds, lets the caller decide, appends with the exact revision. After any
 * outcome that is not a clean success the held state is forgotten, the stream is read again and decided anew.
 */
export class Streams<State, Event> implements CacheHolder {
  private readonly held = new Map<string, Held<State>>();
  /** The names of the held streams, the latest last, else in no order. */
  private readonly names: string[] = [];
  /** Those of the held streams whose state is settled, the latest last. */
  private readonly settled = new Set<string>();
  private readonly busy = new Map<string, Promise<unknown>>();
  private readonly memory: CacheMemory;
  private readonly reading = new Gate(READ_AT_ONCE);
  private weight = 0;
  private givenUp = 0;

  constructor(
    private readonly ports: StreamsPorts,
    private readonly fold: StreamFold<State, Event>,
    private readonly limits: StreamsLimits,
  ) {
    this.memory = typeof limits.bytes === 'number' ? new CacheMemory(limits.bytes) : limits.bytes;
    this.memory.join(this);
  }

  get heldBytes(): number {
    return this.weight;
  }

  /**
   * Forgets any state but the latest. Connectors report in turn: were the one that was used longest ago given up, then as soon as
   * one stream too many is in use each would be read again every time.
   */
  giveUp(): void {
    this.givenUp += 1;
    const choices = Math.max(this.names.length - 1, 1);
    this.forget(this.names[(Math.imul(this.givenUp, GOLDEN) >>> 0) % choices]);
  }

  /**
   * Runs one decision on a stream; decisions on the same stream wait for each other. `decide` may run several times and
   * must depend on nothing but the state; what it awaits (decisions on streams of another kind, never on those of its own: both
   * would wait for room) is done before its own facts are appended. @throws what the store throws once the attempts are used up
   */
  async decide<Answer>(
    stream: string,
    decide: (work: Deciding<State, Event>) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const attempt = (): Promise<Answer> => this.attempt(stream, decide);
    const turn = this.busy.get(stream)?.then(attempt, attempt) ?? attempt();
    this.busy.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (this.busy.get(stream) === turn) this.busy.delete(stream);
    }
  }

  /** Lets the next decision read a stream as it is stored by then: for who decides on what mostly others write. */
  readAnew(stream: string): void {
    this.forget(stream);
  }

  /** Lets every decision read its stream again: somebody else may have written to any of them. */
  readAllAnew(): void {
    for (const stream of [...this.held.keys()]) this.forget(stream);
  }

  private async attempt<Answer>(
    stream: string,
    decide: (work: Deciding<State, Event>) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(stream, decide);
      } catch (error) {
        this.forget(stream);
        if (!isWorthAnotherTry(error) || attempt >= DECIDE_ATTEMPTS_MAX) throw error;
        await this.ports.clock.sleep(Math.min(DECIDE_WAIT_FIRST_MS * 2 ** (attempt - 1), DECIDE_WAIT_MAX_MS));
      }
    }
  }

  private async once<Answer>(
    stream: string,
    decide: (work: Deciding<State, Event>) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const held = this.held.get(stream);
    if (held !== undefined) return this.decideFrom(stream, held, decide);
    const leave = await this.reading.enter();
    try {
      const loaded = await this.load(stream);
      if (this.fold.weigh(loaded.state) <= SMALL_STATE_BYTES) leave();
      return await this.decideFrom(stream, loaded, decide);
    } finally {
      leave();
    }
  }

  private async decideFrom<Answer>(
    stream: string,
    start: Loaded<State>,
    decide: (work: Deciding<State, Event>) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const events: NewEvent[] = [];
    let { state, head } = start;
    const answer = await decide({
      state: () => state,
      add: (facts, cause) => {
        for (const fact of facts) {
          const next = chained(head, this.fold.write(fact), cause);
          state = this.fold.evolve(state, fact);
          head = next.head;
          events.push(next.event);
        }
      },
    });
    if (events.length > 0) {
      this.ports.crash('before-append');
      await this.append(stream, start.head, events);
      this.ports.crash('after-append');
    }
    this.forget(stream);
    this.keep(stream, { state, head });
    return answer;
  }

  private async append(stream: string, start: StreamHead, events: readonly NewEvent[]): Promise<void> {
    let expected = start.revision;
    for (const part of parts(events)) expected = await this.ports.store.append(stream, expected, part);
  }

  private async load(stream: string): Promise<Loaded<State>> {
    let state = this.fold.initial(stream);
    let last: RecordedEvent | undefined;
    for await (const event of this.ports.store.read(stream)) {
      state = this.fold.evolve(state, this.fold.read(event.type, event.data));
      last = event;
    }
    return { state, head: last === undefined ? unwritten(stream) : headAfter(last) };
  }

  private keep(stream: string, loaded: Loaded<State>): void {
    const weight = this.fold.weigh(loaded.state);
    this.held.set(stream, { ...loaded, weight, place: this.names.length });
    this.names.push(stream);
    this.weight += weight;
    if (this.fold.isSettled?.(loaded.state) === true) this.settled.add(stream);
    if (this.settled.size > SETTLED_HELD_MAX) this.forget(this.settled.values().next().value);
    while (this.held.size > (this.limits.states ?? Infinity)) this.giveUp();
    this.memory.fit();
  }

  private forget(stream: string | undefined): void {
    const held = stream === undefined ? undefined : this.held.get(stream);
    if (stream === undefined || held === undefined) return;
    this.closeGap(held.place);
    this.held.delete(stream);
    this.settled.delete(stream);
    this.weight -= held.weight;
  }

  /** Takes a name out: the one before the latest comes in its place, so that the latest stays last. */
  private closeGap(place: number): void {
    const latest = this.names.length - 1;
    if (place < latest) {
      this.moveName(latest - 1, place);
      this.moveName(latest, latest - 1);
    }
    this.names.pop();
  }

  private moveName(from: number, to: number): void {
    const name = this.names[from];
    const held = name === undefined ? undefined : this.held.get(name);
    if (name === undefined || held === undefined) return;
    this.names[to] = name;
    held.place = to;
  }
}

/** Multiples of it, modulo 2^32, spread evenly: a choice that is the same in every run. */
const GOLDEN = 0x9e3779b1;

function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof RevisionConflict || error instanceof OutcomeUnknown || error instanceof StoreUnavailable;
}

/** Cuts a list of events into appends that every engine takes. */
function* parts(events: readonly NewEvent[]): Iterable<readonly NewEvent[]> {
  if (isSmall(events)) {
    yield events;
    return;
  }
  let part: NewEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata);
    if (part.length > 0 && (part.length >= APPEND_EVENTS_MAX || bytes + size > APPEND_BYTES_MAX)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

/** Most bytes that a UTF-16 unit takes in UTF-8. */
const UTF8_BYTES_OF_UNIT_MAX = 3;

/** Tells without counting bytes that all events fit into one append, as they nearly always do. */
function isSmall(events: readonly NewEvent[]): boolean {
  if (events.length > APPEND_EVENTS_MAX) return false;
  let units = 0;
  for (const { type, data, metadata } of events) units += type.length + data.length + metadata.length;
  return units * UTF8_BYTES_OF_UNIT_MAX <= APPEND_BYTES_MAX;
}
