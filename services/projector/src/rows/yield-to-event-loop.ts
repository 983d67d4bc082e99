import { setImmediate } from 'node:timers/promises';

/** Events that are folded before the event loop turns, so that the batch before them goes on being sent: some milliseconds. */
export const YIELD_EVENTS = 500;

/** Lets the event loop turn. */
export function yieldToEventLoop(): Promise<void> {
  return setImmediate();
}
