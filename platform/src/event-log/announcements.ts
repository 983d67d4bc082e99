/** Decides when the log's readers are notified of new events. */

/** Events of a batch from which on there is load. Readers hear of smaller batches at once: somebody may wait for a single report. */
const LOAD = 16;
/**
 * Milliseconds between two notifications under load. Each wakes every listener of the database, whatever its channel: one
 * a batch of 50 took some 3 µs of processor time an event, with the three listeners of `att start`.
 */
const GAP = 20;

/**
 * Lets one notification announce several batches while there is load. A notification is a hint, and readers poll: they
 * find by themselves what a crash or a lost connection left unannounced.
 */
export class Announcements {
  #announcedAt = Number.NEGATIVE_INFINITY;
  #pending: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param announce notifies in a statement of its own, where no batch came that could carry the notification; never rejects */
  constructor(private readonly announce: (position: number) => Promise<void>) {}

  /**
   * Decides on the batch that is about to be sent.
   *
   * @param position where the log ends after the batch
   * @returns whether its statement notifies, for itself and for all pending announcements
   */
  isDue(events: number, position: number): boolean {
    const wait = this.#announcedAt + GAP - performance.now();
    if (events < LOAD || wait <= 0) {
      this.#markAnnounced();
      return true;
    }
    this.#pending = position;
    this.#timer ??= setTimeout(() => void this.flush(), wait);
    return false;
  }

  /** Sends the pending announcement. */
  async flush(): Promise<void> {
    const position = this.#pending;
    this.#markAnnounced();
    if (position !== undefined) await this.announce(position);
  }

  #markAnnounced(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = undefined;
    this.#announcedAt = performance.now();
  }
}
