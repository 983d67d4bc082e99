/**
 * Pages of the log for all clients that catch up. After a restart they come together, from nearly the same position: one
 * page then serves all of them, few pages are read at a time, and handing them out yields to the event loop.
 */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { LogEvent } from '@att/platform/event-log';
import { type EncodedFrame, encodeEvent } from './encoded-frame.js';
import type { Page, PageOptions } from './read-page.js';

/** Reads at a time: half of the pool, so that new sockets learn the head at once. */
const MAX_READS = 2;
/** Bytes of payload that are kept for others. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Milliseconds: clients that came together follow each other closely, and an erased payload goes soon. */
const MAX_AGE = 2_000;
/** Milliseconds of work after which handing out pages yields to the event loop. */
const SLICE = 5;
/** Bytes of an event beside its payload. */
const EVENT_BYTES = 500;

interface KeptPage extends Page {
  after: number;
  project: string | undefined;
  maxBytes: number;
  bytes: number;
  readAt: number;
}

export class SharedPages {
  readonly #readPage: (options: PageOptions) => Promise<Page>;
  /** Oldest first. */
  #kept: KeptPage[] = [];
  #keptBytes = 0;
  #reads = 0;
  readonly #waiting: (() => void)[] = [];
  #sliceSince = 0;
  #yielding: Promise<void> | undefined;

  constructor(readPage: (options: PageOptions) => Promise<Page>) {
    this.#readPage = readPage;
  }

  /** Rejects while the log cannot be read. */
  async read(options: PageOptions): Promise<Page> {
    await this.#yieldWhenDue();
    const known = this.#find(options);
    if (known !== undefined) return known;
    while (this.#reads >= MAX_READS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await this.#yieldWhenDue();
      // The read before may have been for this page.
      const readMeanwhile = this.#find(options);
      if (readMeanwhile !== undefined) {
        this.#waiting.shift()?.();
        return readMeanwhile;
      }
    }
    return this.#readAndKeep(options);
  }

  /** Forgets what was read: the log is another one. */
  clear(): void {
    this.#kept = [];
    this.#keptBytes = 0;
  }

  async #readAndKeep(options: PageOptions): Promise<Page> {
    const kept = this.#kept;
    this.#reads += 1;
    try {
      const page = await this.#readPage(options);
      // A page of a log that was replaced meanwhile is not kept.
      if (kept === this.#kept) this.#keep(options, page);
      return page;
    } finally {
      this.#reads -= 1;
      this.#waiting.shift()?.();
    }
  }

  #keep({ after, project, maxBytes }: PageOptions, page: Page): void {
    if (page.position <= after) return;
    const bytes = page.events.reduce((sum, event) => sum + EVENT_BYTES + (event.data_text?.length ?? 0), 0);
    this.#kept.push({ ...page, after, project, maxBytes, bytes, readAt: performance.now() });
    this.#keptBytes += bytes;
    while (this.#keptBytes > MAX_KEPT_BYTES) this.#keptBytes -= this.#kept.shift()?.bytes ?? 0;
  }

  #find({ after, project, maxBytes }: PageOptions): Page | undefined {
    const oldest = performance.now() - MAX_AGE;
    while ((this.#kept[0]?.readAt ?? oldest) < oldest) this.#keptBytes -= this.#kept.shift()?.bytes ?? 0;
    const page = this.#kept.find(
      (kept) =>
        kept.project === project && kept.maxBytes <= maxBytes && kept.after <= after && after < kept.position,
    );
    if (page === undefined) return undefined;
    const events =
      page.after === after ? page.events : page.events.filter(({ position }) => position > after);
    return { events, position: page.position };
  }

  async #yieldWhenDue(): Promise<void> {
    while (performance.now() - this.#sliceSince > SLICE) {
      this.#yielding ??= yieldToEventLoop().then(() => {
        this.#yielding = undefined;
        this.#sliceSince = performance.now();
      });
      await this.#yielding;
    }
  }
}

const encoded = new WeakMap<LogEvent, { frame: EncodedFrame | undefined }>();

/** The frames of a page; an event that pages share is encoded once. */
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
