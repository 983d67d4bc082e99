/** When the log's readers are told that it grew. */

/** Events of a batch from which on there is load: who waits for a single report is to hear of it at once. */
const LOAD = 16;
/**
 * Milliseconds between two announcements under load. Each wakes every listener of the database, whatever it listens to: one a
 * batch of 50 took some 3 µs of processor time an event, with the three listeners of `att start`.
 */
const GAP = 20;

/**
 * A batch under load is announced with those that follow it. Announcements are a hint, and readers poll: what a crash or a
 * lost connection leaves untold, they find by themselves.
 */
export class Announcements {
  #announcedAt = Number.NEGATIVE_INFINITY;
  #untold: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param announce tells of a position by itself, as no batch has come that could; never rejects */
  constructor(private readonly announce: (position: number) => Promise<void>) {}

  /**
   * @param position where the log ends after the batch
   * @returns whether the batch that is sent now announces itself, and all that are untold with it
   */
  isWith(events: number, position: number): boolean {
    const wait = this.#announcedAt + GAP - performance.now();
    if (events < LOAD || wait <= 0) {
      this.#told();
      return true;
    }
    this.#untold = position;
    this.#timer ??= setTimeout(() => void this.tell(), wait);
    return false;
  }

  /** Tells what is untold. */
  async tell(): Promise<void> {
    const position = this.#untold;
    this.#told();
    if (position !== undefined) await this.announce(position);
  }

  #told(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#untold = undefined;
    this.#announcedAt = performance.now();
  }
}
