import { setTimeout as sleep } from 'node:timers/promises';
import type { SocketParameters } from '@att/contracts';
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Client } from './client.js';
import type { LogIdentity } from './control-frames.js';
import { FrameRing } from './frame-ring.js';
import { LiveFeed } from './live-feed.js';
import type { PageOptions } from './read-page.js';
import type { RealtimeMetrics } from './realtime-metrics.js';
import { Session, type SessionOptions } from './session.js';
import type { RealtimeSettings } from './settings.js';
import type { SharedPages } from './shared-pages.js';
import type { Sockets } from './sockets.js';
import { Subscribers } from './subscribers.js';

export interface HubOptions {
  sockets: Sockets;
  feed: EventFeed;
  /** Rejects within seconds while the log cannot be read. */
  readIdentity(): Promise<LogIdentity>;
  pages: SharedPages;
  settings: RealtimeSettings;
  metrics: RealtimeMetrics;
  log: Logger;
}

/** Milliseconds that clients have to answer the close frame when the process ends. */
const CLOSE_TIMEOUT = 2_000;
/** Milliseconds between two tries to read the identity of a new log. */
const RETRY_DELAY = 500;

/** All authorized clients, and what they share: the ring, and the feed, which is read while there are clients. */
export class Hub {
  readonly #sockets: Sockets;
  readonly #ring: FrameRing;
  readonly #subscribers: Subscribers;
  readonly #liveFeed: LiveFeed;
  readonly #session: SessionOptions;
  readonly #pages: SharedPages;
  readonly #sessions = new Map<Client, Session>();
  /** Time of the last change of logs. Identities that were asked for earlier may be of the former log. */
  #resetAt = Number.NEGATIVE_INFINITY;

  constructor({ sockets, feed, readIdentity, pages, settings, metrics, log }: HubOptions) {
    const onSent = (frames: number) => metrics.framesSent.inc(frames);
    const ring = new FrameRing(settings.ringFrames, settings.ringBytes);
    const subscribers = new Subscribers(onSent);
    const readPage = (options: PageOptions) => pages.read(options);
    const catchUpOptions = { ring, subscribers, log, pageBytes: settings.pageBytes, readPage, onSent };
    this.#pages = pages;
    this.#sockets = sockets;
    this.#ring = ring;
    this.#subscribers = subscribers;
    const onOtherLog = async (reading: AbortSignal) => {
      const identity = await untilRead(readIdentity, log, reading);
      if (identity !== undefined) this.#resetAll(identity);
    };
    this.#liveFeed = new LiveFeed({ feed, ring, subscribers, log, onOtherLog, ...settings });
    this.#session = { settings, metrics, log, catchUpOptions };
  }

  /** Position that all live clients have reached; undefined while there are none. */
  get position(): number | undefined {
    return this.#liveFeed.isReading ? this.#ring.tip : undefined;
  }

  /**
   * Registers an authorized client, and starts its session.
   *
   * @param identity of the log, just read
   */
  add(client: Client, parameters: SocketParameters, identity: LogIdentity): void {
    this.checkIdentity(identity);
    if (this.#liveFeed.isOfAnotherLog(identity)) {
      client.close('restarting', 'the log was replaced by another: reconnect');
      return;
    }
    this.#sockets.add(client);
    client.ws.on('close', () => {
      this.#sockets.delete(client);
      this.#subscribers.delete(client);
      this.#sessions.delete(client);
      if (this.#sockets.size === 0) this.#liveFeed.release();
    });
    // A change of the log goes unnoticed while the feed is not read.
    if (!this.#liveFeed.isReading) this.#pages.clear();
    this.#liveFeed.acquire(identity);
    this.#sessions.set(client, new Session(client, parameters, identity, this.#session));
  }

  /**
   * Resets all clients when the log is another one.
   *
   * @param identity of the log, just read
   */
  checkIdentity(identity: LogIdentity): void {
    const isNew = identity.askedAt > this.#resetAt;
    if (isNew && this.#liveFeed.isOfAnotherLog(identity)) this.#resetAll(identity);
  }

  /** Forgets everything of the former log in one turn of the event loop. */
  #resetAll(identity: LogIdentity): void {
    this.#resetAt = performance.now();
    this.#pages.clear();
    this.#liveFeed.restart(identity);
    this.#session.log.warn(
      { epoch: identity.epoch, position: identity.position },
      'another log: every socket starts over',
    );
    for (const session of this.#sessions.values()) session.reset(identity);
  }

  /** Closes all sockets, and terminates those that do not answer in time. */
  async disconnectAll(): Promise<void> {
    this.#closeAll('the server restarts');
    const deadline = performance.now() + CLOSE_TIMEOUT;
    while (this.#sockets.size > 0 && performance.now() < deadline) await sleep(10);
    for (const client of [...this.#sockets]) client.ws.terminate();
    this.#liveFeed.stop();
  }

  #closeAll(reason: string): void {
    for (const client of [...this.#sockets]) {
      this.#subscribers.delete(client);
      client.close('restarting', reason);
    }
  }
}

/**
 * Reads the identity of the log, and tries again while that fails.
 *
 * @param signal aborted when all clients were reset or have gone in the meantime
 * @returns undefined once it is aborted
 */
async function untilRead(
  readIdentity: () => Promise<LogIdentity>,
  log: Logger,
  signal: AbortSignal,
): Promise<LogIdentity | undefined> {
  while (!signal.aborted) {
    try {
      const identity = await readIdentity();
      if (!signal.aborted) return identity;
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'cannot read which log took the place of the former');
      await sleep(RETRY_DELAY, undefined, { ref: false });
    }
  }
  return undefined;
}
