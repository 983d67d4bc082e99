import { setImmediate as yieldToEventLoop } from 'node:timers/promises';

/** Milliseconds of work in one turn of the event loop: other requests wait no longer for a large batch. */
const SLICE = 8;

/** Divides long work between turns of the event loop. */
export class TimeSlice {
  #startedAt = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#startedAt > SLICE;
  }

  /** Lets other work run, then begins the next slice. */
  async yieldToEventLoop(): Promise<void> {
    await yieldToEventLoop();
    this.#startedAt = performance.now();
  }
}
