/** Something that happens at a moment of virtual time. */
interface Entry {
  readonly at: number;
  readonly n: number;
  readonly label: string;
  readonly run: () => void;
}

/**
 * The one queue of a simulation, ordered by virtual time and number. Popping an entry moves the time on and runs it; all that
 * follows from it in promises is done before the next one is popped. So a run depends on nothing but its seed.
 */
export class Schedule {
  private readonly heap: Entry[] = [];
  private readonly trace = new Trace();
  private numbered = 0;
  /** Called when something was added; a schedule that runs by itself listens. */
  onAdded: () => void = () => undefined;
  /** Virtual time in ms since 1970. */
  now: number;
  /** Entries popped so far. */
  steps = 0;

  constructor(startMs: number) {
    this.now = startMs;
  }

  /** Adds an entry `ms` from now. The label is part of the trace. */
  after(ms: number, label: string, run: () => void): void {
    this.push({ at: this.now + ms, n: this.numbered, label, run });
    this.numbered += 1;
    this.onAdded();
  }

  /** Time jumps; what was due meanwhile is late. */
  jump(ms: number): void {
    this.now += ms;
  }

  /** Pops one entry. False when there is none. */
  step(): boolean {
    const entry = this.pop();
    if (entry === undefined) return false;
    this.now = Math.max(this.now, entry.at);
    this.steps += 1;
    this.trace.add(entry.label, entry.at, entry.n);
    entry.run();
    return true;
  }

  /** Writes something into the trace that no entry tells, such as what a fault did. */
  note(label: string): void {
    this.trace.add(label, this.now, this.steps);
  }

  /** Pops entries until it is done, none is left, or the bound is reached. Tells whether it is done. */
  run(isDone: () => boolean, stepsMax: number): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const last = this.steps + stepsMax;
    const next = (): void => {
      try {
        if (isDone()) resolve(true);
        else if (this.steps >= last || !this.step()) resolve(false);
        // Ticks come when no promise is left to go on, so the next entry sees all consequences of this one.
        else queueMicrotask(() => process.nextTick(next));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    process.nextTick(next);
    return promise;
  }

  /** What happened so far, as 16 hex digits: the same for the same seed. */
  traceHash(): string {
    return this.trace.hex();
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    for (; at > 0;) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      let child = heap[down];
      if (child === undefined) break;
      const right = heap[down + 1];
      if (right !== undefined && isBefore(right, child)) [child, down] = [right, down + 1];
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.n < other.n);
}

/** A running hash of 64 bits over what happened (two FNV-1a streams): it tells runs apart, it guards nothing. */
class Trace {
  private readonly halves = Int32Array.of(0x811c9dc5, 0xcbf29ce4);

  add(label: string, at: number, n: number): void {
    let [high = 0, low = 0] = this.halves;
    const mix = (word: number): void => {
      high = Math.imul(high ^ word, FNV_PRIME);
      low = Math.imul(low ^ (word + high), FNV_PRIME);
    };
    for (let index = 0; index < label.length; index += 1) mix(label.charCodeAt(index));
    mix(at | 0);
    mix(n);
    this.halves[0] = high;
    this.halves[1] = low;
  }

  hex(): string {
    return [...this.halves].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

const FNV_PRIME = 0x01000193;
