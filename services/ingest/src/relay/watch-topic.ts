import { type PartitionRange, readRanges } from '@att/platform/event-topic';
import { pause } from '@att/platform/time';
import { abortable } from './abortable.js';
import type { PartitionPlace } from './lease-row.js';

/** Milliseconds between two looks whether the topic still has what was written to it. */
const WATCH_INTERVAL = 10_000;

/**
 * Rejects when the topic was deleted, made again or given other partitions: where nothing is written, no send would show it.
 *
 * @param written last message in each partition, as of now
 */
export async function watchTopic(
  admin: Parameters<typeof readRanges>[0],
  topic: string,
  written: () => readonly PartitionPlace[],
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(WATCH_INTERVAL, signal);
    if (signal.aborted) return;
    // Taken before the question: the answer has at least these messages.
    const places = written();
    const ranges = await abortable(readRanges(admin, topic), signal);
    if (ranges.length !== places.length) throw new Error('the topic has other partitions than before');
    if (!ranges.every((range) => reaches(range, places[range.partition]))) {
      throw new Error('the topic has lost messages, or was made again');
    }
  }
}

const reaches = ({ high }: PartitionRange, place: PartitionPlace | undefined): boolean =>
  high > (place?.offset ?? -1);
