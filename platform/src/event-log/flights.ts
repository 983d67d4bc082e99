/** Which batches are on their way to the log, and when the next one may follow: pure bookkeeping. */

export interface Flight {
  readonly events: number;
  /** `troubled`: this batch or the one before it did not come true, and is seen to under the head's lock. */
  state: 'planned' | 'sent' | 'troubled';
}

/**
 * A second batch follows the one in flight when it has this share of its events. Any earlier, the same events are spread
 * over more commits; and if it waited for as many, it would mostly wait until the first is answered.
 */
const SECOND_BATCH_SHARE = 0.5;

export class Flights {
  readonly #flights: Flight[] = [];

  get size(): number {
    return this.#flights.length;
  }

  /** True while a batch is, or will be, seen to in a transaction. */
  get isTroubled(): boolean {
    return this.#flights.some(({ state }) => state === 'troubled');
  }

  /**
   * Two are enough: the second keeps the server busy while the first is answered. None follows a batch that is being
   * planned, as its end is not known, nor one in trouble, as it would fall into the middle of a transaction.
   */
  mayBegin(waitingEvents: number): boolean {
    const [first, second] = this.#flights;
    if (waitingEvents === 0 || second !== undefined) return false;
    if (first === undefined) return true;
    return first.state === 'sent' && waitingEvents >= first.events * SECOND_BATCH_SHARE;
  }

  begin(events: number): Flight {
    const flight: Flight = { events, state: 'planned' };
    this.#flights.push(flight);
    return flight;
  }

  /** What was sent after a batch that did not come true cannot come true either, and what is planned is not sent. */
  trouble(): void {
    for (const flight of this.#flights) flight.state = 'troubled';
  }

  end(flight: Flight): void {
    this.#flights.splice(this.#flights.indexOf(flight), 1);
  }
}
