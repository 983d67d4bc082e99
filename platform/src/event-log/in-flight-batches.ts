/** Batches that are on their way to the log, and when the next one may follow. Pure bookkeeping. */

export interface InFlightBatch {
  readonly events: number;
  /** `recovering`: this batch or the one before it failed, and is written again under the head's lock. */
  state: 'planned' | 'sent' | 'recovering';
}

/**
 * Share of the in-flight batch's events that must be waiting before a second batch is sent. A smaller share would spread
 * the same events over more commits; with 1 the second batch would mostly wait until the first is answered.
 */
const SECOND_BATCH_SHARE = 0.5;

export class InFlightBatches {
  readonly #batches: InFlightBatch[] = [];

  get size(): number {
    return this.#batches.length;
  }

  /** True while a batch is, or will be, written again in a transaction. */
  get isRecovering(): boolean {
    return this.#batches.some(({ state }) => state === 'recovering');
  }

  /**
   * Two batches are enough: the second keeps the server busy while the first is answered. None may follow a batch that is
   * being planned, as its end is not known, nor one that is recovering, as it would fall into the middle of a transaction.
   */
  mayStart(waitingEvents: number): boolean {
    const [first, second] = this.#batches;
    if (waitingEvents === 0 || second !== undefined) return false;
    if (first === undefined) return true;
    return first.state === 'sent' && waitingEvents >= first.events * SECOND_BATCH_SHARE;
  }

  start(events: number): InFlightBatch {
    const batch: InFlightBatch = { events, state: 'planned' };
    this.#batches.push(batch);
    return batch;
  }

  /** Called when a batch failed: a batch that was sent after it fails too, and one that is planned is not sent. */
  recover(): void {
    for (const batch of this.#batches) batch.state = 'recovering';
  }

  end(batch: InFlightBatch): void {
    this.#batches.splice(this.#batches.indexOf(batch), 1);
  }
}
