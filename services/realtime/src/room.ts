import { setTimeout as sleep } from 'node:timers/promises';
import type { SocketParameters } from '@att/contracts';
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import { Audience } from './audience.js';
import type { Client } from './client.js';
import type { LogIdentity } from './control-frames.js';
import { FrameRing } from './frame-ring.js';
import { LiveFeed } from './live-feed.js';
import type { Page, PageOptions } from './read-page.js';
import type { RealtimeMetrics } from './realtime-metrics.js';
import { type SessionOptions, startSession } from './session.js';
import type { RealtimeSettings } from './settings.js';
import type { Sockets } from './sockets.js';

export interface RoomOptions {
  sockets: Sockets;
  feed: EventFeed;
  readPage(options: PageOptions): Promise<Page>;
  settings: RealtimeSettings;
  metrics: RealtimeMetrics;
  log: Logger;
}

/** Milliseconds that clients have to answer the close at the end. */
const LEAVE_TIMEOUT = 2_000;

/** All who were let in, and what they share: the ring, and the feed that is read while anyone is there. */
export class Room {
  readonly #sockets: Sockets;
  readonly #ring: FrameRing;
  readonly #audience: Audience;
  readonly #liveFeed: LiveFeed;
  readonly #session: SessionOptions;

  constructor({ sockets, feed, readPage, settings, metrics, log }: RoomOptions) {
    const onSent = (frames: number) => metrics.framesSent.inc(frames);
    const ring = new FrameRing(settings.ringFrames, settings.ringBytes);
    const audience = new Audience(onSent);
    const following = { ring, audience, log, pageBytes: settings.pageBytes, readPage, onSent };
    this.#sockets = sockets;
    this.#ring = ring;
    this.#audience = audience;
    this.#liveFeed = new LiveFeed({ feed, ring, audience, log, ...settings });
    this.#session = { settings, metrics, log, following };
  }

  /** The position that everyone live was told; undefined while nobody is there. */
  get position(): number | undefined {
    return this.#liveFeed.isReading ? this.#ring.tip : undefined;
  }

  /** @param identity of the log, just read */
  enter(client: Client, parameters: SocketParameters, identity: LogIdentity): void {
    this.recognise(identity);
    this.#sockets.add(client);
    client.ws.on('close', () => {
      this.#sockets.delete(client);
      this.#audience.delete(client);
      if (this.#sockets.size === 0) this.#liveFeed.release();
    });
    this.#liveFeed.need(identity);
    startSession(client, parameters, identity, this.#session);
  }

  /** @param identity of the log, just read: clients of another are sent away, to come back and start over */
  recognise(identity: LogIdentity): void {
    if (!this.#liveFeed.isOfAnotherLog(identity)) return;
    this.#closeAll('the log was replaced by another');
    this.#liveFeed.stop();
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
