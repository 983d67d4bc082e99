/** Decision where a relay goes on: pure. */
import type { PartitionRange, TopicMessage } from '@att/platform/event-topic';
import type { PartitionPlace, RelayProgress } from './lease-row.js';

/** Partition of the topic as a relay finds it. */
export interface FoundPartition extends PartitionRange {
  /** Message at the offset that the relay before wrote down; undefined where there is none, or none of ours. */
  recorded: TopicMessage | undefined;
  /** Last message; undefined where there is none, or none of ours. */
  last: TopicMessage | undefined;
}

export interface Resumption {
  /** Place after which events are published; undefined: where the topic's retention begins. */
  position: number | undefined;
  /** Last message of the log in each partition; events up to it are not sent there again. */
  partitions: PartitionPlace[];
  /** Partitions whose last message is not the log's. */
  foreign: number[];
  /** Partitions that lack a message that was written: the topic was made again, or its end is lost. */
  incomplete: number[];
}

export const NOTHING: PartitionPlace = { position: 0, offset: -1 };

/**
 * @param progress of this topic; undefined where none was written down
 * @param isOfLog whether the log has the very event of a message
 */
export function resume(
  progress: RelayProgress | undefined,
  found: readonly FoundPartition[],
  isOfLog: (event: { position: number; hash: string }) => boolean,
): Resumption {
  const isEmpty = ({ low, high }: PartitionRange) => low >= high;
  const foreign = found
    .filter((partition) => !isEmpty(partition))
    .filter(({ last }) => last === undefined || !isOfLog({ position: last.event.position, hash: last.hash }))
    .map(({ partition }) => partition);
  if (progress === undefined || !isOfLog(progress)) {
    return { position: undefined, partitions: found.map(() => NOTHING), foreign, incomplete: [] };
  }
  const recordedAt = (partition: number) => progress.partitions[partition] ?? NOTHING;
  const incomplete = found
    .filter((partition) => !isComplete(partition, recordedAt(partition.partition)))
    .map(({ partition }) => partition);
  const partitions = found.map(({ partition, high, last }) => {
    if (incomplete.includes(partition)) return NOTHING;
    const place = recordedAt(partition);
    // A late send of another relay may lie at the end, with events that are older than the last one.
    if (foreign.includes(partition) || last === undefined || last.event.position < place.position)
      return place;
    return { position: last.event.position, offset: high - 1 };
  });
  return { position: incomplete.length > 0 ? undefined : progress.position, partitions, foreign, incomplete };
}

/** Whether a partition still has the message that was written down, or lost it to retention alone. */
function isComplete({ low, high, recorded }: FoundPartition, { position, offset }: PartitionPlace): boolean {
  if (offset < 0) return true;
  if (high <= offset) return false;
  return offset < low || recorded?.event.position === position;
}
