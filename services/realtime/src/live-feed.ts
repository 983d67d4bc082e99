import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { EventBatch, EventFeed } from '@att/platform/event-feed';
import { LogChangedError } from '@att/platform/event-log';
import type { Logger } from '@att/platform/logging';
import { pause } from '@att/platform/time';
import type { LogIdentity } from './control-frames.js';
import { type EncodedFrame, encodeEvent } from './encoded-frame.js';
import type { FrameRing } from './frame-ring.js';
import type { Subscribers } from './subscribers.js';

export interface LiveFeedOptions {
  feed: EventFeed;
  ring: FrameRing;
  subscribers: Subscribers;
  log: Logger;
  linger: number;
  idleAfter: number;
  /**
   * Called when events that were read are no longer in the log, or the log has another epoch; resolves when all clients
   * were reset.
   *
   * @param reading aborted once another reading has replaced this one, and nothing is left to do
   */
  onOtherLog(reading: AbortSignal): Promise<void>;
}

const BATCH_SIZE = 500;
/** Bytes of payload in a batch, which is held beside the ring's frames. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** Bytes published in one turn of the event loop: well below what may wait for a client. */
export const MAX_TURN_BYTES = 512 * 1024;
/**
 * Pause after a publication, as a multiple of the time that it took. Two leaves two thirds of the time to the rest of the
 * process: publishing to 1,000 clients takes 5 ms, and the pause is 10.
 */
const PAUSE_FACTOR = 2;
/** Milliseconds of pause at least: a read costs the database as much for one event as for twenty. */
const MIN_PAUSE = 4;
/** Milliseconds between two tries after an unexpected failure. */
const RETRY_DELAY = 500;

/**
 * The process's one reader of the feed: fills the ring and publishes to the subscribers. It reads only while
 * there are sockets, as reading payloads takes time from the agents' requests.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  #epoch: string | undefined;
  /** End of the last batch that was published as a whole. */
  #checkpoint: { position: number; hash: string; epoch: string } | undefined;
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

  /** Called when a socket opens: starts to read from the head that its hello names, unless it reads already. */
  acquire(identity: LogIdentity): void {
    clearTimeout(this.#idleTimer);
    if (!this.isReading) this.#start(identity);
  }

  /** Forgets what was read, and reads from the head of another log. */
  restart(identity: LogIdentity): void {
    this.#reading?.abort();
    this.#start(identity);
  }

  /** Called when the last socket has closed: stops after `idleAfter`, unless another one opens. */
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

  #start({ epoch, position, hash }: LogIdentity): void {
    this.#epoch = epoch;
    this.#checkpoint = { position, hash, epoch };
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
        await pause(RETRY_DELAY, signal);
      }
    }
  }

  /** Reads until `signal` aborts or the log is another one. */
  async #follow(signal: AbortSignal): Promise<'other log' | undefined> {
    const { feed, ring } = this.#options;
    const after = ring.tip;
    // The hash is known at the ends of whole batches only, not in the middle of one that was published in part.
    const expected = this.#checkpoint?.position === after ? this.#checkpoint : undefined;
    const wanted = {
      name: 'realtime',
      after,
      expected,
      batchSize: BATCH_SIZE,
      maxBytes: BATCH_BYTES,
      signal,
    };
    try {
      for await (const batch of feed.read(wanted)) {
        // A batch that was read before all clients were reset is of the former log.
        if (signal.aborted) return undefined;
        if (batch.epoch !== this.#epoch) return 'other log';
        const startedAt = performance.now();
        await this.#publish(batch, signal);
        if (signal.aborted) return undefined;
        this.#checkpoint = { position: batch.position, hash: batch.hash, epoch: batch.epoch };
        if (!batch.isFull) await this.#linger(performance.now() - startedAt, signal);
      }
    } catch (error) {
      if (!(error instanceof LogChangedError)) throw error;
      return 'other log';
    }
    return undefined;
  }

  /**
   * Waits for more frames, so that frames which follow each other closely share a write. Frames after a
   * silence are published at once.
   *
   * @param publishing milliseconds that the last publication took
   */
  async #linger(publishing: number, signal: AbortSignal): Promise<void> {
    const linger = Math.min(this.#options.linger, Math.max(MIN_PAUSE, PAUSE_FACTOR * publishing));
    if (linger > 0) await pause(linger, signal);
  }

  /** Publishes a batch in parts, each in a turn of the event loop of its own. */
  async #publish({ events, position }: EventBatch, signal: AbortSignal): Promise<void> {
    let frames: EncodedFrame[] = [];
    let bytes = 0;
    for (const event of events) {
      if (signal.aborted) return;
      const frame = encodeEvent(event);
      if (frame === undefined) continue;
      frames.push(frame);
      bytes += frame.bytes.length;
      if (bytes < MAX_TURN_BYTES) continue;
      this.#publishFrames(frames, frame.position);
      frames = [];
      bytes = 0;
      await yieldToEventLoop();
    }
    if (!signal.aborted) this.#publishFrames(frames, position);
  }

  /** Moves ring and subscribers in the same turn: every live client has all frames of the ring. */
  #publishFrames(frames: readonly EncodedFrame[], position: number): void {
    this.#options.ring.append(frames, position);
    this.#options.subscribers.publish(frames);
  }
}
