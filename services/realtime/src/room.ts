import { setTimeout as sleep } from 'node:timers/promises';
import type { SocketParameters } from '@att/contracts';
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import { Audience } from './audience.js';
import type { Client } from './client.js';
import type { LogIdentity } from './control-frames.js';
import { FrameRing } from './frame-ring.js';
import { LiveFeed } from './live-feed.js';
import type { PageOptions } from './read-page.js';
import type { RealtimeMetrics } from './realtime-metrics.js';
import { type Session, type SessionOptions, startSession } from './session.js';
import type { RealtimeSettings } from './settings.js';
import type { SharedPages } from './shared-pages.js';
import type { Sockets } from './sockets.js';

export interface RoomOptions {
  sockets: Sockets;
  feed: EventFeed;
  /** Rejects, soon, while the log cannot be read. */
  readIdentity(): Promise<LogIdentity>;
  pages: SharedPages;
  settings: RealtimeSettings;
  metrics: RealtimeMetrics;
  log: Logger;
}

/** Milliseconds that clients have to answer the close at the end. */
const LEAVE_TIMEOUT = 2_000;
/** Milliseconds between two tries to learn which log took the place of the former. */
const RETRY_DELAY = 500;

/** All who were let in, and what they share: the ring, and the feed that is read while anyone is there. */
export class Room {
  readonly #sockets: Sockets;
  readonly #ring: FrameRing;
  readonly #audience: Audience;
  readonly #liveFeed: LiveFeed;
  readonly #session: SessionOptions;
  readonly #pages: SharedPages;
  readonly #sessions = new Map<Client, Session>();
  /** When the last other log took the former's place: what was asked before may be of the former. */
  #startedOverAt = Number.NEGATIVE_INFINITY;

  constructor({ sockets, feed, readIdentity, pages, settings, metrics, log }: RoomOptions) {
    const onSent = (frames: number) => metrics.framesSent.inc(frames);
    const ring = new FrameRing(settings.ringFrames, settings.ringBytes);
    const audience = new Audience(onSent);
    const readPage = (options: PageOptions) => pages.read(options);
    const following = { ring, audience, log, pageBytes: settings.pageBytes, readPage, onSent };
    this.#pages = pages;
    this.#sockets = sockets;
    this.#ring = ring;
    this.#audience = audience;
    const onOtherLog = async (reading: AbortSignal) => {
      const identity = await untilRead(readIdentity, log, reading);
      if (identity !== undefined) this.#startOver(identity);
    };
    this.#liveFeed = new LiveFeed({ feed, ring, audience, log, onOtherLog, ...settings });
    this.#session = { settings, metrics, log, following };
  }

  /** The position that everyone live was told; undefined while nobody is there. */
  get position(): number | undefined {
    return this.#liveFeed.isReading ? this.#ring.tip : undefined;
  }

  /** @param identity of the log, just read */
  enter(client: Client, parameters: SocketParameters, identity: LogIdentity): void {
    this.recognise(identity);
    if (this.#liveFeed.isOfAnotherLog(identity)) {
      client.close('restarting', 'the log was replaced by another: reconnect');
      return;
    }
    this.#sockets.add(client);
    client.ws.on('close', () => {
      this.#sockets.delete(client);
      this.#audience.delete(client);
      this.#sessions.delete(client);
      if (this.#sockets.size === 0) this.#liveFeed.release();
    });
    // While nobody was there, nobody noticed whether the log is still the same.
    if (!this.#liveFeed.isReading) this.#pages.clear();
    this.#liveFeed.need(identity);
    this.#sessions.set(client, startSession(client, parameters, identity, this.#session));
  }

  /** @param identity of the log, just read: clients of another are told to start over */
  recognise(identity: LogIdentity): void {
    const isNews = identity.askedAt > this.#startedOverAt;
    if (isNews && this.#liveFeed.isOfAnotherLog(identity)) this.#startOver(identity);
  }

  /** Everything that is remembered of the former log is forgotten, in one turn. */
  #startOver(identity: LogIdentity): void {
    this.#startedOverAt = performance.now();
    this.#pages.clear();
    this.#liveFeed.startOver(identity);
    this.#session.log.warn(
      { epoch: identity.epoch, position: identity.position },
      'another log: every socket starts over',
    );
    for (const session of this.#sessions.values()) session.reset(identity);
  }

  /** Sends everyone away, and cuts off who does not go in time. */
  async clear(): Promise<void> {
    this.#closeAll('the server restarts');
    const deadline = performance.now() + LEAVE_TIMEOUT;
    while (this.#sockets.size > 0 && performance.now() < deadline) await sleep(10);
    for (const client of [...this.#sockets]) client.ws.terminate();
    this.#liveFeed.stop();
  }

  #closeAll(reason: string): void {
    for (const client of [...this.#sockets]) {
      this.#audience.delete(client);
      client.close('restarting', reason);
    }
  }
}

/** Identity of the log; undefined once `over` is aborted: a client that came meanwhile made everyone start over, or all have gone. */
async function untilRead(
  readIdentity: () => Promise<LogIdentity>,
  log: Logger,
  over: AbortSignal,
): Promise<LogIdentity | undefined> {
  while (!over.aborted) {
    try {
      const identity = await readIdentity();
      if (!over.aborted) return identity;
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'cannot read which log took the place of the former');
      await sleep(RETRY_DELAY, undefined, { ref: false });
    }
  }
  return undefined;
}
