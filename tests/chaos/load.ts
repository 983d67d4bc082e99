import { until } from '@att/platform/testing';
import type { Random } from '../support/random.js';
import { createRandom } from '../support/random.js';
import { Sender } from './sender.js';
import type { SentRequest } from './sent.js';

/** Load of several agents that report concurrently until `stop`. */
export class Load {
  readonly #senders: Sender[];
  readonly #stopping = new AbortController();
  readonly #abandoning = new AbortController();
  readonly #running: Promise<unknown>;

  /**
   * @param name begins the mark of every report
   * @param urls one sender each; asked anew for every request
   */
  constructor(name: string, random: Random, urls: readonly (() => string)[]) {
    this.#senders = urls.map(
      (url, index) =>
        new Sender({
          name: `${name}-${index}`,
          random: createRandom(random.between(0, 2 ** 31)),
          url,
          stopping: this.#stopping.signal,
          abandoning: this.#abandoning.signal,
        }),
    );
    this.#running = Promise.all(this.#senders.map((sender) => sender.run()));
    // A failed sender is reported by `stop`; until then it must not end the process as an unhandled rejection.
    this.#running.catch(() => {});
  }

  sent(): SentRequest[] {
    return this.#senders.flatMap((sender) => sender.sent);
  }

  acknowledged(): number {
    return this.sent().filter(([report]) => report?.outcomes.at(-1)?.is === 'acknowledged').length;
  }

  /** How often each status was answered, and each kind of broken connection seen, by all senders. */
  seen(): Record<string, number> {
    const total: Record<string, number> = {};
    for (const { seen } of this.#senders) {
      for (const [what, times] of seen) total[what] = (total[what] ?? 0) + times;
    }
    return total;
  }

  /** Resolves once some more reports have been acknowledged. */
  async continues(): Promise<void> {
    const enough = this.acknowledged() + 5;
    await until('reports are acknowledged again', () => this.acknowledged() >= enough);
  }

  /** Resolves once every report with a key is acknowledged. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Ends the load after a failure, without waiting for acknowledgements. */
  async abandon(): Promise<void> {
    this.#stopping.abort();
    this.#abandoning.abort();
    await this.#running.catch(() => {});
  }
}
