/** What the group stored for a partition, and what the partition holds: offsets from `low` up to, not including, `high`. */
export interface PartitionStanding {
  /** The offset to go on with; undefined for a group that never committed here. */
  readonly committed: bigint | undefined;
  readonly low: bigint;
  readonly high: bigint;
}

/** What the first record of a delivery tells about the way to it. */
export interface OffsetStep {
  /** Records that were there and are gone: they were deleted before this group read them. */
  readonly missing: bigint;
  /** The offset that was to come next, where the log begins anew below it: the topic was made again or cut. */
  readonly rewoundFrom?: bigint;
}

const NO_STEP: OffsetStep = { missing: 0n };

interface Place {
  /** The offset that comes next when nothing is lost. */
  next: bigint;
  /** What was found on the way and not yet told. */
  untold: OffsetStep;
}

/**
 * Remembers for each partition which offset comes next, and so notices what the client hides: when the offset is out of range it
 * begins again at the first record kept, without an error. Control records and aborted messages count as seen: pass them too.
 */
export class OffsetTracker {
  private readonly places = new Map<number, Place>();
  /** The furthest commit that is known for each partition; outlives rebalances. */
  private readonly committed = new Map<number, bigint>();

  /** The partition was assigned, from what is stored for it. */
  begin(partition: number, { committed, low, high }: PartitionStanding): void {
    const remembered = this.committed.get(partition);
    const known = larger(remembered, committed);
    const isRewound = known !== undefined && (known > high || (committed ?? -1n) < known);
    if (isRewound || committed === undefined) this.committed.delete(partition);
    else this.committed.set(partition, committed);
    const next = committed === undefined || committed > high ? low : committed;
    this.places.set(partition, { next, untold: isRewound ? { missing: 0n, rewoundFrom: known } : NO_STEP });
  }

  /** Records from `first` to `last` came from the broker. */
  see(partition: number, first: bigint, last: bigint): void {
    const place = this.places.get(partition);
    if (place === undefined) {
      this.places.set(partition, { next: last + 1n, untold: NO_STEP });
      return;
    }
    if (first > place.next) place.untold = { ...place.untold, missing: place.untold.missing + first - place.next };
    if (first < place.next) {
      place.untold = { ...place.untold, rewoundFrom: place.untold.rewoundFrom ?? place.next };
      this.committed.delete(partition);
    }
    place.next = last + 1n;
  }

  /** What was found since it was last asked. */
  takeStep(partition: number): OffsetStep {
    const place = this.places.get(partition);
    if (place === undefined) return NO_STEP;
    const step = place.untold;
    place.untold = NO_STEP;
    return step;
  }

  /** The records from this offset on will be fetched once more, on purpose. */
  goBack(partition: number, offset: bigint): void {
    const place = this.places.get(partition);
    if (place !== undefined) place.next = offset;
  }

  /** The offset that the group goes on with, where it is known. */
  committedOf(partition: number): bigint | undefined {
    return this.committed.get(partition);
  }

  /** The group's commit for the partition now is `next`. */
  commit(partition: number, next: bigint): void {
    this.committed.set(partition, next);
  }

  /** The partitions that are ours, and the offset that comes next in each. */
  all(): readonly { readonly partition: number; readonly next: bigint }[] {
    return [...this.places].map(([partition, { next }]) => ({ partition, next }));
  }

  /** The partitions are no longer ours. */
  clear(): void {
    this.places.clear();
  }
}

function larger(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}
