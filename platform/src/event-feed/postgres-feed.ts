import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { LOG_CHANNEL, readEvents } from '../event-log/index.js';
import type { Logger } from '../logging/index.js';
import { createListener, type DatabaseRole } from '../postgres/index.js';
import type { EventBatch, EventFeed, ReadOptions } from './event-feed.js';

export interface PostgresFeedOptions {
  /** Ended by whoever made it, after the feed is closed. */
  pool: Pool;
  connectionString: string;
  role: DatabaseRole | undefined;
  log: Logger;
  /** Milliseconds; without a wake-up the log is asked this often. */
  pollInterval?: number;
}

/** Milliseconds between two tries while the database cannot be reached. */
const RETRY_DELAY = 500;

/**
 * The log read straight from Postgres. A notification only wakes a reader early; the poll keeps it
 * correct, and `position > checkpoint` misses nothing, as position order is commit order.
 */
export function createPostgresFeed(options: PostgresFeedOptions): EventFeed {
  const { pool, log, pollInterval = 1_000 } = options;
  const waiting = new Set<() => void>();
  const listener = createListener({
    connectionString: options.connectionString,
    role: options.role,
    channel: LOG_CHANNEL,
    name: 'feed',
    log,
    onNotify: () => {
      for (const wake of [...waiting]) wake();
    },
  });

  /** Resolves at the next notification, after the poll interval, or when the reader is stopped. */
  function news(signal: AbortSignal): { arrived: Promise<void>; forget(): void } {
    let wake = () => {};
    const arrived = new Promise<void>((resolve) => {
      const timer = setTimeout(done, pollInterval);
      function done(): void {
        clearTimeout(timer);
        waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      }
      wake = done;
      waiting.add(done);
      signal.addEventListener('abort', done);
    });
    return { arrived, forget: wake };
  }

  async function* read({ after, batchSize, linger = 0, signal }: ReadOptions): AsyncGenerator<EventBatch> {
    let position = after;
    while (!signal.aborted) {
      // Registered before the read, so that a batch committed in between is not slept through.
      const { arrived, forget } = news(signal);
      try {
        const events = await readEvents(pool, position, batchSize).catch(async (error: Error) => {
          if (!signal.aborted) log.warn({ reason: error.message }, 'event feed cannot read the log');
          await sleep(RETRY_DELAY, undefined, { signal }).catch(() => {});
          return [];
        });
        const last = events.at(-1);
        if (last !== undefined) {
          position = last.position;
          yield { events, position };
        }
        if (events.length === batchSize) continue;
        await arrived;
      } finally {
        forget();
      }
      if (linger > 0) await sleep(linger, undefined, { signal }).catch(() => {});
    }
  }

  return { read, close: () => listener.close() };
}
