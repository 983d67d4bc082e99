/** Bytes of a value's header, which PostgreSQL counts where the value is not compressed. */
const MAX_HEADER_BYTES = 4;
const FIRST_LIMIT = 64;

/**
 * How many events to ask for at once. A page that its bytes cut short was measured further than it
 * reached, so the next one asks for twice of what fitted; every other doubles the limit again.
 */
export class PageSize {
  #limit: number;

  /** @param maxBytes payload of a page; the event that reaches it is the last */
  constructor(
    private readonly maxEvents: number,
    readonly maxBytes: number,
  ) {
    this.#limit = Math.min(FIRST_LIMIT, maxEvents);
  }

  get limit(): number {
    return this.#limit;
  }

  /** @returns true when the page is full: more may follow at once. Never false when more was there. */
  take(page: readonly { data_text: string | null }[]): boolean {
    const isCut = this.#isCut(page);
    const isFull = isCut || page.length >= this.#limit;
    this.#limit = Math.min(this.maxEvents, isCut ? page.length * 2 : this.#limit * 2);
    return isFull;
  }

  #isCut(page: readonly { data_text: string | null }[]): boolean {
    let bytes = 0;
    for (const { data_text } of page) {
      if (data_text !== null) bytes += Buffer.byteLength(data_text) + MAX_HEADER_BYTES;
    }
    return bytes >= this.maxBytes;
  }
}
