import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of work in one turn of the event loop: other requests wait no longer for a large batch. */
const TURN = 8;

/** Divides long work between turns of the event loop. */
export class Turns {
  #startedAt = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#startedAt > TURN;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.#startedAt = performance.now();
  }
}
