import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch, EventFeed } from '@att/platform/event-feed';
import { LogChangedError } from '@att/platform/event-log';
import type { Logger } from '@att/platform/logging';
import type { Audience } from './audience.js';
import type { LogIdentity } from './control-frames.js';
import { type EncodedFrame, encodeEvent } from './encoded-frame.js';
import type { FrameRing } from './frame-ring.js';

export interface LiveFeedOptions {
  feed: EventFeed;
  ring: FrameRing;
  audience: Audience;
  log: Logger;
  linger: number;
  idleAfter: number;
  /**
   * Called when what was read is not in the log any more, or the log has another epoch; resolves when that was seen to.
   *
   * @param reading aborted once another reading took its place: there is nothing to see to any more
   */
  onOtherLog(reading: AbortSignal): Promise<void>;
}

const BATCH_SIZE = 500;
/** Payload of a batch, which is held beside the ring's frames. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** Bytes told in one turn of the event loop: well below what may wait for a client. */
export const MAX_TURN_BYTES = 512 * 1024;
/**
 * A rest of so many times what telling took leaves two thirds of the time to all else in the process: 1,000 clients
 * take 5 ms, and rest for 10; one takes none.
 */
const REST_OF_TELLING = 2;
/** Milliseconds of rest at least: a read costs the database as much for one event as for twenty. */
const LEAST_REST = 4;
/** Milliseconds between two tries after a failure that should not be. */
const RETRY_DELAY = 500;

/**
 * The process's one reader of the feed: fills the ring and tells the audience. It reads only while
 * there are sockets, as payloads cost what the agents' own requests need.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  #epoch: string | undefined;
  /** The end of what was read in whole batches. */
  #place: { position: number; hash: string; epoch: string } | undefined;
  #reading: AbortController | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  get isReading(): boolean {
    return this.#reading !== undefined;
  }

  /** True when the log is another than the one that is being read: a backup was restored, or a standby promoted. */
  isOfAnotherLog({ epoch }: LogIdentity): boolean {
    return this.isReading && epoch !== this.#epoch;
  }

  /** There is a socket: reads on, or from the head that its hello tells. */
  need(identity: LogIdentity): void {
    clearTimeout(this.#idleTimer);
    if (!this.isReading) this.#begin(identity);
  }

  /** Forgets what was read, and reads on from the head of another log. */
  startOver(identity: LogIdentity): void {
    this.#reading?.abort();
    this.#begin(identity);
  }

  /** There is no socket any more: stops soon, if it stays so. */
  release(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.stop(), this.#options.idleAfter).unref();
  }

  stop(): void {
    clearTimeout(this.#idleTimer);
    this.#reading?.abort();
    this.#reading = undefined;
    this.#options.ring.restart(0);
  }

  #begin({ epoch, position, hash }: LogIdentity): void {
    this.#epoch = epoch;
    this.#place = { position, hash, epoch };
    this.#options.ring.restart(position);
    this.#reading = new AbortController();
    void this.#read(this.#reading.signal);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { log, ring, onOtherLog } = this.#options;
    while (!signal.aborted) {
      try {
        if ((await this.#follow(signal)) === 'other log') await onOtherLog(signal);
      } catch (error) {
        log.error({ err: error, position: ring.tip }, 'the live feed failed: reading on from where it was');
        await sleep(RETRY_DELAY, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Ends when `signal` aborts, or when the log is not the one that it was. */
  async #follow(signal: AbortSignal): Promise<'other log' | undefined> {
    const { feed, ring } = this.#options;
    const after = ring.tip;
    // A batch that was told in part has no hash where it was left.
    const expected = this.#place?.position === after ? this.#place : undefined;
    const wanted = { after, expected, batchSize: BATCH_SIZE, maxBytes: BATCH_BYTES, signal };
    try {
      for await (const batch of feed.read(wanted)) {
        // Read before everyone started over: it is of the former log.
        if (signal.aborted) return undefined;
        if (batch.epoch !== this.#epoch) return 'other log';
        const startedAt = performance.now();
        await this.#tell(batch, signal);
        if (signal.aborted) return undefined;
        this.#place = { position: batch.position, hash: batch.hash, epoch: batch.epoch };
        if (!batch.isFull) await this.#rest(performance.now() - startedAt, signal);
      }
    } catch (error) {
      if (!(error instanceof LogChangedError)) throw error;
      return 'other log';
    }
    return undefined;
  }

  /**
   * Lets frames gather that come shortly after others, so that they share a write. What comes after a
   * silence has nothing to wait for, and is told at once.
   */
  async #rest(telling: number, signal: AbortSignal): Promise<void> {
    const rest = Math.min(this.#options.linger, Math.max(LEAST_REST, REST_OF_TELLING * telling));
    if (rest > 0) await sleep(rest, undefined, { signal }).catch(() => {});
  }

  /** Ring and audience always move in the same turn: whoever is live has all that the ring has. */
  async #tell({ events, position }: EventBatch, signal: AbortSignal): Promise<void> {
    let frames: EncodedFrame[] = [];
    let bytes = 0;
    for (const event of events) {
      if (signal.aborted) return;
      const frame = encodeEvent(event);
      if (frame === undefined) continue;
      frames.push(frame);
      bytes += frame.bytes.length;
      if (bytes < MAX_TURN_BYTES) continue;
      this.#move(frames, frame.position);
      frames = [];
      bytes = 0;
      await nextTurn();
    }
    if (!signal.aborted) this.#move(frames, position);
  }

  #move(frames: readonly EncodedFrame[], position: number): void {
    this.#options.ring.append(frames, position);
    this.#options.audience.publish(frames);
  }
}
