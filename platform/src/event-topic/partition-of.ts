/** Partition of operators' events, which have no key. */
export const OPERATORS_PARTITION = 0;

/** Partition that Kafka's default partitioner gives a key, so that other producers and readers agree with us. */
export function partitionOf(key: string | undefined, partitions: number): number {
  if (key === undefined) return OPERATORS_PARTITION;
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const ROTATION = 24;

/**
 * Hash of Kafka's Java client (`org.apache.kafka.common.utils.Utils.murmur2`), with 32-bit arithmetic: the library's own
 * one counts in BigInt, and takes ten times as long.
 */
function murmur2(key: Buffer): number {
  const whole = key.length & ~3;
  let hash = SEED ^ key.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(key.readInt32LE(at), MULTIPLIER);
    word = Math.imul(word ^ (word >>> ROTATION), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  for (let at = key.length - 1; at >= whole; at--) hash ^= (key[at] as number) << (8 * (at - whole));
  if (key.length > whole) hash = Math.imul(hash, MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
