import { Partitioners } from 'kafkajs';

/** Partition of operators' events, which have no key. */
export const OPERATORS_PARTITION = 0;

const partitioner = Partitioners.DefaultPartitioner();

/** Partition that Kafka's default partitioner (murmur2) gives a key, so that other producers and readers agree with us. */
export function partitionOf(key: string | undefined, partitions: number): number {
  if (key === undefined) return OPERATORS_PARTITION;
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return partitioner({ topic: '', partitionMetadata, message: { key, value: null } });
}
