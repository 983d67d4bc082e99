import type { Pool } from 'pg';
import type { Logger } from '../../logging/index.js';
import { WakeSignal } from '../../postgres/index.js';
import { isOfSameLog, logChanged } from '../log-pages.js';
import { readLogState } from './read-log-state.js';
import type { ReaderPlaces } from './reader-places.js';
import type { ReaderState } from './reader-state.js';

export interface HeadWatchOptions {
  pool: Pool;
  log: Logger;
  state: ReaderState;
  places: ReaderPlaces;
  onAnswered(): void;
  /** Called once, when the log is another one. */
  onChanged(error: Error): void;
}

/** Milliseconds between two questions about the head. */
const ASK_INTERVAL = 1_000;

/** Questions about the head while a reader is in the topic: Postgres alone knows which log is the right one, and how far it is. */
export class HeadWatch {
  readonly #asking = new WakeSignal();

  constructor(private readonly options: HeadWatchOptions) {}

  askNow(): void {
    this.#asking.notify();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { woken, leave } = this.#asking.listen(ASK_INTERVAL, signal);
      try {
        if (this.options.state.state === 'topic') await this.#ask(signal);
        await woken;
      } finally {
        leave();
      }
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { pool, log, state, places } = this.options;
    const { current, confirmed, pages } = places;
    const known = state.knownHead;
    try {
      const { epoch, head, hashes } = await readLogState(pool, current.position, confirmed.position);
      if (signal.aborted || pages !== places.pages) return;
      const changed = [current, confirmed].find(
        (remembered, index) => !isOfSameLog({ epoch, head, hashBefore: hashes[index] }, remembered),
      );
      if (changed !== undefined) {
        // The log takes a while to get its new epoch: until then messages of both timelines have the same.
        state.block();
        this.options.onChanged(
          await logChanged({ pool, log }, { epoch, head, hashBefore: undefined }, changed),
        );
        return;
      }
      places.confirm(current, epoch);
      state.headAnswered({ epoch, head }, known, performance.now());
      this.options.onAnswered();
    } catch (error) {
      if (!signal.aborted)
        log.debug({ reason: (error as Error).message }, 'event feed cannot ask for the head');
    }
  }
}
