/** Whoever holds what can be read again. */
export interface CacheHolder {
  /** Bytes that it holds, roughly. */
  readonly heldBytes: number;
  /** Lets go of something, if it holds anything. */
  giveUp(): void;
}

/** Memory that several caches share: when there is too little, the one that holds most gives up something. */
export class CacheMemory {
  private readonly holders: CacheHolder[] = [];

  constructor(private readonly bytes: number) {}

  join(holder: CacheHolder): void {
    this.holders.push(holder);
  }

  /** Makes room until what is held fits. */
  fit(): void {
    while (this.holders.reduce((sum, { heldBytes }) => sum + heldBytes, 0) > this.bytes) {
      this.holders.reduce((one, other) => (other.heldBytes > one.heldBytes ? other : one)).giveUp();
    }
  }
}
