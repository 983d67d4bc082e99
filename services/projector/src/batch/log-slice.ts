/** Events on their way into tables, with proof of the log that they are from. */
import type { EventBatch, EventSlice } from '@att/platform/event-feed';

export interface LogSlice extends EventSlice {
  /** End of the feed's batch that the events came in: a log that has this hash there has these events. */
  source: { position: number; hash: string };
}

export function sliceOf({ events, position, isFull, hash }: EventBatch): LogSlice {
  return { events, position, isFull, source: { position, hash } };
}
