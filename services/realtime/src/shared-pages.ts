/**
 * Pages of the log for all clients that catch up. After a restart they come together, from nearly the same position: one
 * page then serves all of them, few pages are read at a time, and handing them out yields to the event loop.
 */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { LogEvent } from '@att/platform/event-log';
import { type EncodedFrame, encodeEvent } from './encoded-frame.js';
import type { Page, PageOptions } from './read-page.js';

/** Concurrent reads: half of the pool, so that new sockets can read the head at once. */
const MAX_READS = 2;
/** Bytes of all cached pages. */
const MAX_CACHED_BYTES = 16 * 1024 * 1024;
/** Milliseconds that a page stays cached: clients that reconnect together ask within that time, and an erased payload must go soon. */
const MAX_AGE = 2_000;
/** Milliseconds of work after which the next read yields to the event loop first. */
const MAX_BLOCKING_TIME = 5;
/** Bytes of an event without its payload; an estimate. */
const EVENT_BYTES = 500;

interface CachedPage extends Page {
  after: number;
  project: string | undefined;
  maxBytes: number;
  bytes: number;
  readAt: number;
}

export class SharedPages {
  readonly #readPage: (options: PageOptions) => Promise<Page>;
  /** Oldest first. */
  #pages: CachedPage[] = [];
  #cachedBytes = 0;
  #reads = 0;
  readonly #waiting: (() => void)[] = [];
  #yieldedAt = 0;
  #yielding: Promise<void> | undefined;

  constructor(readPage: (options: PageOptions) => Promise<Page>) {
    this.#readPage = readPage;
  }

  /** Rejects while the log cannot be read. */
  async read(options: PageOptions): Promise<Page> {
    await this.#yieldWhenDue();
    const cached = this.#find(options);
    if (cached !== undefined) return cached;
    while (this.#reads >= MAX_READS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await this.#yieldWhenDue();
      // Another client may have read this page meanwhile.
      const readMeanwhile = this.#find(options);
      if (readMeanwhile !== undefined) {
        this.#waiting.shift()?.();
        return readMeanwhile;
      }
    }
    return this.#readAndStore(options);
  }

  /** Empties the cache. Called when the log was replaced by another one. */
  clear(): void {
    this.#pages = [];
    this.#cachedBytes = 0;
  }

  async #readAndStore(options: PageOptions): Promise<Page> {
    const pagesBefore = this.#pages;
    this.#reads += 1;
    try {
      const page = await this.#readPage(options);
      // A page is not cached when clear() was called during the read: it is of the old log.
      if (pagesBefore === this.#pages) this.#store(options, page);
      return page;
    } finally {
      this.#reads -= 1;
      this.#waiting.shift()?.();
    }
  }

  #store({ after, project, maxBytes }: PageOptions, page: Page): void {
    if (page.position <= after) return;
    const bytes = page.events.reduce((sum, event) => sum + EVENT_BYTES + (event.data_text?.length ?? 0), 0);
    this.#pages.push({ ...page, after, project, maxBytes, bytes, readAt: performance.now() });
    this.#cachedBytes += bytes;
    while (this.#cachedBytes > MAX_CACHED_BYTES) this.#cachedBytes -= this.#pages.shift()?.bytes ?? 0;
  }

  #find({ after, project, maxBytes }: PageOptions): Page | undefined {
    const oldest = performance.now() - MAX_AGE;
    while ((this.#pages[0]?.readAt ?? oldest) < oldest) this.#cachedBytes -= this.#pages.shift()?.bytes ?? 0;
    const page = this.#pages.find(
      (cached) =>
        cached.project === project &&
        cached.maxBytes <= maxBytes &&
        cached.after <= after &&
        after < cached.position,
    );
    if (page === undefined) return undefined;
    const events =
      page.after === after ? page.events : page.events.filter(({ position }) => position > after);
    return { events, position: page.position };
  }

  async #yieldWhenDue(): Promise<void> {
    while (performance.now() - this.#yieldedAt > MAX_BLOCKING_TIME) {
      this.#yielding ??= yieldToEventLoop().then(() => {
        this.#yielding = undefined;
        this.#yieldedAt = performance.now();
      });
      await this.#yielding;
    }
  }
}

const encoded = new WeakMap<LogEvent, { frame: EncodedFrame | undefined }>();

/** Encodes the events of a page. An event that several clients are sent is encoded once. */
export function framesOf(events: readonly LogEvent[]): EncodedFrame[] {
  const frames: EncodedFrame[] = [];
  for (const event of events) {
    let entry = encoded.get(event);
    if (entry === undefined) {
      entry = { frame: encodeEvent(event) };
      encoded.set(event, entry);
    }
    if (entry.frame !== undefined) frames.push(entry.frame);
  }
  return frames;
}
