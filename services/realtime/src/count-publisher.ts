import { randomUUID } from 'node:crypto';
import {
  CONNECTION_COUNTS_TTL_MS,
  type ConnectionCounts,
  type SharedState,
} from '@att/platform/shared-state';

export interface CountPublisherOptions {
  sharedState: SharedState;
  counts(): ConnectionCounts;
}

/** Milliseconds that a change waits for others: ten thousand clients may come at once. */
const DEBOUNCE = 200;
/** Milliseconds between two publications: often enough that the counts outlive one failure. */
const REPEAT = CONNECTION_COUNTS_TTL_MS / 3;

/** Publishes to the other replicas how many sockets this one holds. */
export class CountPublisher {
  readonly #options: CountPublisherOptions;
  readonly #replica = randomUUID();
  readonly #repeat: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;

  constructor(options: CountPublisherOptions) {
    this.#options = options;
    this.#repeat = setInterval(() => {
      // A replica with no sockets may be forgotten: the sum stays the same.
      if (options.counts().total > 0) this.changed();
    }, REPEAT).unref();
  }

  /** Publishes soon. */
  changed(): void {
    this.#soon ??= setTimeout(() => {
      // The shared state reports what ails it; the next publication has the whole count again.
      this.publishChanges().catch(() => {});
    }, DEBOUNCE).unref();
  }

  /** Counts of this replica. */
  own(): ConnectionCounts {
    return this.#options.counts();
  }

  /** Publishes pending changes now, so that a reader sees its own socket counted. */
  async publishChanges(): Promise<void> {
    if (this.#soon === undefined) return;
    clearTimeout(this.#soon);
    this.#soon = undefined;
    await this.#options.sharedState.publishConnectionCounts(this.#replica, this.#options.counts());
  }

  async stop(): Promise<void> {
    clearInterval(this.#repeat);
    await this.publishChanges().catch(() => {});
  }
}
