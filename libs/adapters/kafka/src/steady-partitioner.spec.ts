import type { PartitionMetadata } from 'kafkajs';
import { steadyPartitioner } from './steady-partitioner';

const partitions = (count: number): PartitionMetadata[] =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [1],
    isr: [1],
  }));

describe('steadyPartitioner', () => {
  // The hashes are those that Kafka's own tests of murmur2 state (UtilsTest.testMurmur2).
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('puts "%s" where the Java client puts it', (key, hash) => {
    const choose = steadyPartitioner(() => false)();
    for (const count of [1, 4, 7, 64]) {
      expect(choose({ topic: 't', partitionMetadata: partitions(count), message: { key, value: '' } })).toBe(
        (hash & 0x7fffffff) % count,
      );
    }
  });

  it('spreads messages without a key, and keeps each where it is when it is asked again', () => {
    const choose = steadyPartitioner(() => false)();
    // One more than the partitions divide: taking turns once more would give each another place.
    const messages = Array.from({ length: 21 }, () => ({ key: null, value: '' }));
    const ask = (): number[] =>
      messages.map((message) => choose({ topic: 't', partitionMetadata: partitions(4), message }));
    const first = ask();
    expect(new Set(first).size).toBe(4);
    expect(ask()).toEqual(first);
  });

  it('stops a request that nobody waits for', () => {
    let isAbandoned = false;
    const choose = steadyPartitioner(() => isAbandoned)();
    const asked = { topic: 't', partitionMetadata: partitions(1), message: { key: 'k', value: '' } };
    expect(choose(asked)).toBe(0);
    isAbandoned = true;
    expect(() => choose(asked)).toThrow('nobody waits');
  });
});
