/**
 * The partition of a key: positive murmur2 of its UTF-8 bytes, modulo the number of partitions, as the default partitioners of
 * Kafka's Java client and kafkajs do it. So a key keeps its neighbours when a ledger moves to Kafka.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;
const SHIFT = 24;

/** MurmurHash2, 32 bits, with Kafka's seed, as a signed number. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const word = Math.imul(view.getInt32(at, true), MIX);
    hash = Math.imul(hash, MIX) ^ Math.imul(word ^ (word >>> SHIFT), MIX);
  }
  if (whole < bytes.length) {
    for (let at = bytes.length - 1; at >= whole; at -= 1) hash ^= (bytes[at] ?? 0) << ((at - whole) * 8);
    hash = Math.imul(hash, MIX);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}
