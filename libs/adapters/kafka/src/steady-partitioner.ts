import { Partitioners, type ICustomPartitioner, type Message } from 'kafkajs';

/**
 * Chooses partitions as the Java client does: murmur2 of the key. A message without a key takes turns, and keeps the partition
 * that it got when the request is tried again; otherwise a retry would differ from what the broker already holds.
 * `isAbandoned` stops a request that nobody waits for any more at its next attempt.
 */
export function steadyPartitioner(isAbandoned: () => boolean): ICustomPartitioner {
  return () => {
    const choose = Partitioners.DefaultPartitioner();
    const chosen = new WeakMap<Message, number>();
    return (asked) => {
      if (isAbandoned()) throw new Error('nobody waits for this request any more');
      const before = chosen.get(asked.message);
      if (before !== undefined) return before;
      const partition = choose(asked);
      chosen.set(asked.message, partition);
      return partition;
    };
  };
}
