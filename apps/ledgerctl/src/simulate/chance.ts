/** Chance that follows from a seed: the same seed gives the same answers on every machine. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  happens(rate: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** Chance of its own for each list of names and numbers: what one charger draws never moves what another one draws. */
export function chanceOf(...names: readonly (string | number)[]): Chance {
  let [a, b, c, counter] = wordsOf(names.join('\n'));
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / WORD;
  };
  for (let turn = 0; turn < WARM_UP; turn += 1) next();
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    happens: (rate) => next() < rate,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}

const WORD = 4_294_967_296;
/** Answers thrown away until seeds that resemble each other have parted. */
const WARM_UP = 16;

/** Four words of a text, each by a multiplication of its own. */
function wordsOf(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
  const factors = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f];
  for (let at = 0; at < text.length; at += 1) {
    factors.forEach((factor, word) => {
      const before = words[word] ?? 0;
      words[word] = Math.imul(before ^ (text.charCodeAt(at) + word), factor) ^ (before >>> 15);
    });
  }
  return words;
}
