/** Chance that follows from a seed alone: the same seed gives the same draws (xorshift128, seeded by splitmix32). */
export class Chance {
  private readonly state: Int32Array;

  constructor(seed: number) {
    let mixed = seed | 0;
    this.state = Int32Array.from({ length: 4 }, () => {
      mixed = (mixed + 0x9e3779b9) | 0;
      let word = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      return word ^ (word >>> 15);
    });
  }

  /** 32 random bits, from 0 on. */
  bits(): number {
    const [first = 0, second = 0, third = 0, last = 1] = this.state;
    const shifted = first ^ (first << 11);
    const next = last ^ (last >>> 19) ^ shifted ^ (shifted >>> 8);
    this.state.set([second, third, last, next]);
    return next >>> 0;
  }

  /** From 0 to below 1. */
  share(): number {
    return this.bits() / 4_294_967_296;
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.share() * count);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in this share of all draws. */
  happens(share: number): boolean {
    return share > 0 && this.share() < share;
  }

  /** One of the items. @throws RangeError when there are none */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const order = [...items];
    for (let at = order.length - 1; at > 0; at -= 1) {
      const other = this.below(at + 1);
      [order[at], order[other]] = [order[other], order[at]] as [Item, Item];
    }
    return order;
  }
}
