import type { Patience } from './patience';

/** Lets a number of holders in at a time; the others wait in order. */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];
  private inside = 0;

  constructor(private readonly places: number) {}

  /** Those inside and those who wait. */
  get count(): number {
    return this.inside + this.waiting.length;
  }

  /** Resolves when there is a place; call `leave` afterwards. False when the patience was over first. */
  async enter(patience: Patience): Promise<boolean> {
    if (this.inside < this.places) {
      this.inside += 1;
      return true;
    }
    return new Promise((resolve) => {
      const admit = (): void => {
        resolve(true);
      };
      this.waiting.push(admit);
      patience.whenOver(() => {
        const at = this.waiting.indexOf(admit);
        if (at >= 0) this.waiting.splice(at, 1);
        resolve(false);
      });
    });
  }

  /** Gives the place to the next who waits. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside -= 1;
    else next();
  }
}
