/** Follows the feed with one group of generations: for ever, or up to a position. */
import { LogChangedError } from '@att/platform/event-log';
import { pause } from '@att/platform/time';
import type { GenerationWriter } from '../batch/generation-writer.js';
import { type LogSlice, sliceOf } from '../batch/log-slice.js';
import type { ProjectorContext } from '../batch/projector-context.js';
import { SupersededError } from '../generations/superseded-error.js';
import { BatchPipeline, type MeasureRate } from './batch-pipeline.js';
import { readAhead } from './read-ahead.js';

export interface FollowOptions {
  /** Last position to apply; absent: the group follows the log for ever. */
  until?: number;
  measureRate?: MeasureRate;
}

/** Events of a batch at most. Larger batches write less; at the live end this is more than comes while one is gathered. */
const BATCH_SIZE = 10_000;
/**
 * Milliseconds to gather events at the live end, where each batch costs some twenty statements whatever its size. They are few while
 * little happens, so that a client soon reads its own write, and more under load: there 200 take 8 to 10 % less processor time than
 * 100, and 400 save nothing more.
 */
const LINGER = 10;
const LINGER_UNDER_LOAD = 200;
/** Events of a batch from which on that is load. */
const LOAD = 100;

/**
 * Applies the log from the checkpoint of the group on. Ends at `until`, or when `signal` aborts; each batch is then whole in the
 * database, or not at all.
 *
 * @param group writers of generations at one checkpoint
 * @throws SupersededError when the log is another one now, and any error that made a batch fail, but for poison; the caller
 *   starts over from the checkpoint
 */
export async function follow(
  context: ProjectorContext,
  group: readonly GenerationWriter[],
  { until = Number.POSITIVE_INFINITY, measureRate }: FollowOptions = {},
): Promise<void> {
  const { feed, signal } = context;
  const { position: after, hash } = (group[0] as GenerationWriter).checkpoint;
  if (after >= until) return;
  const pipeline = new BatchPipeline(context, group, measureRate);
  const place = { after, expected: { hash } };
  try {
    for await (const read of readAhead(
      feed.read({ ...place, name: 'projector', batchSize: BATCH_SIZE, linger: LINGER, signal }),
    )) {
      const batch = cutAt(sliceOf(read), until);
      await pipeline.take(batch);
      if (signal.aborted) return;
      const isEnd = batch.position >= until;
      if (batch.isFull && !isEnd) continue;
      await pipeline.flush();
      if (isEnd) return;
      // No wait behind the live end, where every batch that is cut short by its bytes would cost it; nor before a position that
      // somebody waits for.
      if (batch.events.length >= LOAD && until === Number.POSITIVE_INFINITY) {
        await pause(LINGER_UNDER_LOAD, signal);
      }
    }
  } catch (error) {
    throw error instanceof LogChangedError ? new SupersededError(error.message) : error;
  } finally {
    // The caller goes on from the checkpoint, which must not move any more then.
    await pipeline.end();
  }
}

function cutAt(batch: LogSlice, until: number): LogSlice {
  if (batch.position <= until) return batch;
  const events = batch.events.filter(({ position }) => position <= until);
  return { ...batch, events, position: until, isFull: true };
}
