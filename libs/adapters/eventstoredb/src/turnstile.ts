/** Lets a number of holders in at a time; the others wait in order. */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];
  private inside = 0;

  constructor(private readonly places: number) {}

  /** Those inside and those who wait. */
  get count(): number {
    return this.inside + this.waiting.length;
  }

  /** Resolves when there is a place; call `leave` afterwards. False when the patience signal came first. */
  async enter(patience: AbortSignal): Promise<boolean> {
    if (this.inside < this.places) {
      this.inside += 1;
      return true;
    }
    return new Promise((resolve) => {
      const admit = (): void => {
        patience.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(admit), 1);
        resolve(false);
      };
      this.waiting.push(admit);
      patience.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Gives the place to the next who waits. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside -= 1;
    else next();
  }
}
