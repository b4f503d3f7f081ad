/** Lets only so many in at a time; the others wait, in the order in which they came. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly atOnce: number) {}

  /** Fulfilled once there is room. What it gives lets the next one in, the first time that it is called. */
  async enter(): Promise<() => void> {
    if (this.inside < this.atOnce) this.inside += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let isInside = true;
    return () => {
      if (isInside) this.letNextIn();
      isInside = false;
    };
  }

  private letNextIn(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside -= 1;
    else next();
  }
}
