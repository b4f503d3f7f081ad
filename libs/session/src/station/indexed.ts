import { Ordered } from './ordered';

/** Joins the parts of an index key. Parts may hold anything: who looks up by a foreign text checks what is found. */
export function keyOf(...parts: readonly string[]): string {
  return parts.join('\u0000');
}

/** Behind everything that begins with the parts of a key, and before all else. */
export function through(key: string): string {
  return `${key}\u0001`;
}

/** An item, and its place in the order in which items were added. */
export type Placed<Item> = readonly [order: number, item: Item];

/**
 * Items in the order in which they were added, found by keys that follow from them. Immutable: a change gives a new
 * collection that shares what did not change. Everything costs O(log n).
 */
export class Indexed<Item> {
  private constructor(
    private readonly keysOf: (item: Item) => readonly string[],
    private readonly items: Ordered<number, Item>,
    private readonly index: Ordered<string, number>,
    private readonly next: number,
  ) {}

  static by<Item>(keysOf: (item: Item) => readonly string[]): Indexed<Item> {
    return new Indexed<Item>(keysOf, Ordered.none(), Ordered.none(), 0);
  }

  get length(): number {
    return this.items.size;
  }

  /** Adds an item behind all others. */
  with(item: Item): Indexed<Item> {
    const order = this.next;
    const index = reindexed(this.index, order, { before: [], after: this.keysOf(item) });
    return new Indexed(this.keysOf, this.items.with(order, item), index, order + 1);
  }

  /** Puts an item in the place of another. */
  replaced([order, item]: Placed<Item>, after: Item): Indexed<Item> {
    const index = reindexed(this.index, order, { before: this.keysOf(item), after: this.keysOf(after) });
    return new Indexed(this.keysOf, this.items.with(order, after), index, this.next);
  }

  without([order, item]: Placed<Item>): Indexed<Item> {
    const index = reindexed(this.index, order, { before: this.keysOf(item), after: [] });
    return new Indexed(this.keysOf, this.items.without(order), index, this.next);
  }

  /** The item that was added before all others. */
  eldest(): Placed<Item> | undefined {
    return this.items.first(0);
  }

  /** All items in the order in which they were added. */
  *all(): Generator<Item> {
    for (const [, item] of this.items.entries()) yield item;
  }

  /** The items under a key, in the order of what follows it, then as they were added; from a longer key on, if given. */
  *under(key: string, from = key): Generator<Placed<Item>> {
    const end = through(key);
    for (const [found, order] of this.index.entries(from)) {
      if (found > end) return;
      const item = this.items.get(order);
      if (item !== undefined) yield [order, item];
    }
  }

  /** The first item under a key. */
  first(key: string, from = key): Placed<Item> | undefined {
    return this.placed(key, this.index.first(from));
  }

  /** The last item under a key whose own key is at most `to`. */
  last(key: string, to = through(key)): Placed<Item> | undefined {
    return this.placed(key, this.index.last(to));
  }

  private placed(key: string, entry: readonly [string, number] | undefined): Placed<Item> | undefined {
    if (entry?.[0].startsWith(`${key}\u0000`) !== true) return undefined;
    const item = this.items.get(entry[1]);
    return item === undefined ? undefined : [entry[1], item];
  }
}

function reindexed(
  index: Ordered<string, number>,
  order: number,
  keys: { readonly before: readonly string[]; readonly after: readonly string[] },
): Ordered<string, number> {
  const rank = `${order}`.padStart(16, '0');
  const gone = keys.before.filter((key) => !keys.after.includes(key));
  const come = keys.after.filter((key) => !keys.before.includes(key));
  const kept = gone.reduce((one, key) => one.without(keyOf(key, rank)), index);
  return come.reduce((one, key) => one.with(keyOf(key, rank), order), kept);
}
