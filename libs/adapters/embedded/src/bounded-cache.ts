/** A map that keeps the entries used last, and never more than so many. */
export class BoundedCache<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  constructor(private readonly entriesMax: number) {}

  get(key: Key): Value | undefined {
    const value = this.entries.get(key);
    // Far from its bound the cache needs no order, which costs more than looking up.
    if (value === undefined || this.entries.size * 2 <= this.entriesMax) return value;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    if (this.entries.size * 2 > this.entriesMax) this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.entriesMax) return;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.entriesMax) return;
      this.entries.delete(oldest);
    }
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }
}
