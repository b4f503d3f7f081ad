import { StaleBatch } from '@ledger/ports';

/** One membership in the group, from one division of the partitions to the next. */
export class Generation {
  private phase: 'held' | 'ending' | 'over' = 'held';

  /** False once the partitions are being divided anew: finish quickly. Commits are still taken. */
  get isHeld(): boolean {
    return this.phase === 'held';
  }

  /** True once the partitions may belong to somebody else. */
  get isOver(): boolean {
    return this.phase === 'over';
  }

  /** A new division was announced. */
  announceEnd(): void {
    if (this.phase === 'held') this.phase = 'ending';
  }

  end(): void {
    this.phase = 'over';
  }

  /** @throws StaleBatch */
  check(): void {
    if (this.isOver) throw new StaleBatch('the partitions were divided anew');
  }
}
