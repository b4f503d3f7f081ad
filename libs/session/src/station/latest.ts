import { Indexed, keyOf, type Placed } from './indexed';

type Entry<Value> = readonly [name: string, value: Value];

/** The latest so many entries by name, immutable; an entry that is set again counts as new. O(log n) each. */
export class Latest<Value> {
  private constructor(
    private readonly entries: Indexed<Entry<Value>>,
    private readonly most: number,
  ) {}

  /** @param most entries that are kept; the eldest leaves */
  static atMost<Value>(most: number): Latest<Value> {
    return new Latest<Value>(Indexed.by<Entry<Value>>(keysOf), most);
  }

  get size(): number {
    return this.entries.length;
  }

  get(name: string): Value | undefined {
    return this.found(name)?.[1][1];
  }

  has(name: string): boolean {
    return this.found(name) !== undefined;
  }

  with(name: string, value: Value): Latest<Value> {
    const entries = this.without(name).entries.with([name, value]);
    const eldest = entries.length > this.most ? entries.eldest() : undefined;
    return new Latest(eldest === undefined ? entries : entries.without(eldest), this.most);
  }

  without(name: string): Latest<Value> {
    const found = this.found(name);
    return found === undefined ? this : new Latest(this.entries.without(found), this.most);
  }

  private found(name: string): Placed<Entry<Value>> | undefined {
    for (const placed of this.entries.under(keyOf(name))) if (placed[1][0] === name) return placed;
    return undefined;
  }
}

function keysOf([name]: Entry<unknown>): readonly string[] {
  return [keyOf(name)];
}
