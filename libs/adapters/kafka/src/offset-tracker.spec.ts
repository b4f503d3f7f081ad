import { OffsetTracker, type OffsetStep } from './offset-tracker';

const begun = (committed: bigint | undefined, low: bigint, high: bigint): OffsetTracker => {
  const tracker = new OffsetTracker();
  tracker.begin(0, { committed, low, high });
  return tracker;
};
const step = (tracker: OffsetTracker, first: bigint, last: bigint): OffsetStep => {
  tracker.see(0, first, last);
  return tracker.takeStep(0);
};

describe('OffsetTracker', () => {
  it('finds nothing missing while offsets follow each other', () => {
    const tracker = begun(5n, 0n, 20n);
    expect(step(tracker, 5n, 9n)).toEqual({ missing: 0n });
    expect(step(tracker, 10n, 10n)).toEqual({ missing: 0n });
    expect(tracker.all()).toEqual([{ partition: 0, next: 11n }]);
  });

  it('counts what lies between the commit and the first record', () => {
    expect(step(begun(5n, 8n, 20n), 8n, 9n)).toEqual({ missing: 3n });
  });

  it('counts what retention took while the consumer was slow', () => {
    const tracker = begun(5n, 0n, 20n);
    step(tracker, 5n, 9n);
    expect(step(tracker, 15n, 15n)).toEqual({ missing: 5n });
    expect(step(tracker, 16n, 16n)).toEqual({ missing: 0n });
  });

  it('finds nothing missing in front of a new group', () => {
    expect(step(begun(undefined, 8n, 20n), 8n, 9n)).toEqual({ missing: 0n });
  });

  it('keeps what it found in a batch that is not handed over, until the next is', () => {
    const tracker = begun(5n, 8n, 20n);
    tracker.see(0, 8n, 8n);
    expect(step(tracker, 9n, 9n)).toEqual({ missing: 3n });
  });

  it('tells that the log ends before the commit', () => {
    const tracker = begun(50n, 0n, 5n);
    expect(step(tracker, 0n, 4n)).toEqual({ missing: 0n, rewoundFrom: 50n });
    expect(step(tracker, 5n, 5n)).toEqual({ missing: 0n });
  });

  it('tells that the commits vanished with the topic', () => {
    const tracker = begun(undefined, 0n, 20n);
    step(tracker, 0n, 9n);
    tracker.commit(0, 10n);
    tracker.clear();
    tracker.begin(0, { committed: undefined, low: 0n, high: 30n });
    expect(step(tracker, 0n, 2n)).toEqual({ missing: 0n, rewoundFrom: 10n });
    tracker.begin(0, { committed: undefined, low: 0n, high: 3n });
    expect(step(tracker, 0n, 2n)).toEqual({ missing: 0n });
  });

  it('tells that the client began anew by itself, and lets lower offsets be committed again', () => {
    const tracker = begun(5n, 0n, 20n);
    step(tracker, 5n, 9n);
    tracker.commit(0, 10n);
    expect(step(tracker, 0n, 1n)).toEqual({ missing: 0n, rewoundFrom: 10n });
    expect(tracker.committedOf(0)).toBeUndefined();
  });

  it('takes a rebalance that delivers again for no rewind', () => {
    const tracker = begun(5n, 0n, 20n);
    step(tracker, 5n, 9n);
    tracker.commit(0, 7n);
    tracker.begin(0, { committed: 7n, low: 0n, high: 20n });
    expect(step(tracker, 7n, 9n)).toEqual({ missing: 0n });
  });

  it('takes what others committed meanwhile for no loss', () => {
    const tracker = begun(5n, 0n, 20n);
    tracker.commit(0, 7n);
    tracker.begin(0, { committed: 15n, low: 0n, high: 20n });
    expect(step(tracker, 15n, 15n)).toEqual({ missing: 0n });
    expect(tracker.committedOf(0)).toBe(15n);
  });

  it('takes going back on purpose for no rewind', () => {
    const tracker = begun(5n, 0n, 20n);
    step(tracker, 5n, 9n);
    tracker.goBack(0, 6n);
    expect(step(tracker, 6n, 9n)).toEqual({ missing: 0n });
  });

  it('begins with the first record that it sees of a partition nobody told it of', () => {
    const tracker = new OffsetTracker();
    expect(tracker.takeStep(3)).toEqual({ missing: 0n });
    tracker.goBack(3, 1n);
    tracker.see(3, 40n, 41n);
    expect(tracker.all()).toEqual([{ partition: 3, next: 42n }]);
  });
});
