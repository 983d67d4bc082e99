/** Reads the events after a client's position, from the process's memory or from the log. */

import type { Logger } from '@att/platform/logging';
import { pause } from '@att/platform/time';
import type { Client } from './client.js';
import type { EncodedFrame } from './encoded-frame.js';
import type { FrameRing } from './frame-ring.js';
import { FIRST_PAGE, nextPageSize, nextSource } from './next-source.js';
import type { Page, PageOptions } from './read-page.js';
import { framesOf } from './shared-pages.js';

export interface FramePage {
  frames: readonly EncodedFrame[];
  /** All that the client may see up to here is among them. */
  position: number;
}

export interface PagingOptions {
  ring: FrameRing;
  log: Logger;
  /** Rejects while the log cannot be read. */
  readPage(options: PageOptions): Promise<Page>;
}

/** Milliseconds between two tries while the log cannot be read. */
const RETRY_DELAY = 500;

/** Bytes of a frame whose payload brings nothing: small events are bounded by it, as a page's bytes are payload. */
const SMALLEST_FRAME = 256;

/** Pages for one client, each from where the process knows it at the least cost. */
export class Pager {
  #size = FIRST_PAGE;
  #ahead: { after: number; page: Promise<Page | undefined> } | undefined;

  constructor(
    private readonly client: Client,
    private readonly options: PagingOptions,
    /** Aborted when no page is wanted any more. */
    private readonly over: AbortSignal = client.gone,
  ) {}

  /**
   * The page after a position. Waits while the log cannot be read; undefined once it is over.
   *
   * @param maxBytes one frame is always given
   * @param readsOn the next page wanted is the one that follows: the log is asked for it at once, while
   *   this one is encoded and written. Medians of three turns: 114,000 frames/s instead of 82,000 where a
   *   core was free for the database, and no difference (74,000, 75,000) where other work had it.
   */
  async after(position: number, maxBytes: number, readsOn = false): Promise<FramePage | undefined> {
    const { ring } = this.options;
    const ahead = this.#ahead?.after === position ? this.#ahead.page : undefined;
    this.#ahead = undefined;
    if (nextSource(position, ring) === 'ring') return ring.after(position, maxBytes, this.client.project);
    const page = await (ahead ?? this.#fromLog(position, maxBytes));
    if (page === undefined) return undefined;
    this.#size = nextPageSize(this.#size, page.events.length);
    if (readsOn && nextSource(page.position, ring) === 'log') {
      this.#ahead = { after: page.position, page: this.#fromLog(page.position, maxBytes) };
    }
    return { frames: framesOf(page.events), position: page.position };
  }

  async #fromLog(after: number, maxBytes: number): Promise<Page | undefined> {
    const { readPage, log } = this.options;
    const { project } = this.client;
    const { over } = this;
    const size = Math.min(this.#size, Math.ceil(maxBytes / SMALLEST_FRAME));
    while (!over.aborted) {
      try {
        return await readPage({ after, project, size, maxBytes });
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'cannot read the log for a client that catches up');
        await pause(RETRY_DELAY, over);
      }
    }
    return undefined;
  }
}
