/** Follows the feed with one group of generations: for ever, or up to a position. */
import type { EventFeed } from '@att/platform/event-feed';
import { LogChangedError } from '@att/platform/event-log';
import { pause } from '@att/platform/time';
import type { GenerationWriter } from '../batch/generation-writer.js';
import { type LogSlice, sliceOf } from '../batch/log-slice.js';
import { FencedError } from '../generations/move-checkpoint.js';
import { readAhead } from './read-ahead.js';
import { type LineOptions, WritePipeline } from './write-pipeline.js';

export interface FollowOptions extends LineOptions {
  feed: EventFeed;
  /** The last position to apply; absent: all that comes. */
  until?: number;
}

/** Events. Larger batches write less; at the live end this is more than comes while one is gathered. */
const BATCH_SIZE = 10_000;
/**
 * Milliseconds to gather events at the live end, where each batch costs some twenty statements whatever
 * its size, and a change of every count: hardly any while little happens, for whoever reads what he just wrote, and more
 * under load. Beside webhooks at full speed, projecting took 8 to 10 % less processor time with 180 to 250 than with 100;
 * with 400 no less, and the projections were up to 1.8 s behind.
 */
const LINGER = 10;
const LINGER_UNDER_LOAD = 200;
/** Events of a batch from which on that is load. */
const LOAD = 100;

/**
 * Ends at `until`, or when `signal` aborts; each batch is then whole in the database, or not at all.
 *
 * @throws FencedError when the log is another one now, and whatever else made a batch fail, but for poison; the caller
 * starts over from the checkpoint
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { feed, group, signal, until = Number.POSITIVE_INFINITY } = options;
  const { position: after, hash } = (group[0] as GenerationWriter).generation;
  if (after >= until) return;
  const line = new WritePipeline(options);
  const place = { after, expected: { hash } };
  try {
    for await (const read of readAhead(
      feed.read({ ...place, batchSize: BATCH_SIZE, linger: LINGER, signal }),
    )) {
      const batch = cutAt(sliceOf(read), until);
      await line.take(batch);
      if (signal.aborted) return;
      const isEnd = batch.position >= until;
      if (batch.isFull && !isEnd) continue;
      await line.flush();
      if (isEnd) return;
      // Never behind the live end, where every batch that is cut short by its bytes would cost the wait; nor before a
      // position that somebody waits for.
      if (batch.events.length >= LOAD && until === Number.POSITIVE_INFINITY) {
        await pause(LINGER_UNDER_LOAD, signal);
      }
    }
  } catch (error) {
    throw error instanceof LogChangedError ? new FencedError(error.message) : error;
  } finally {
    // Whoever aborts goes on from the checkpoint, which must not move any more then.
    await line.end();
  }
}

function cutAt(batch: LogSlice, until: number): LogSlice {
  if (batch.position <= until) return batch;
  const events = batch.events.filter(({ position }) => position <= until);
  return { ...batch, events, position: until, isFull: true };
}
