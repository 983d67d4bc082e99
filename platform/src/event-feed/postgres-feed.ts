import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { PageSize, readEvents } from '../event-log/index.js';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { DEFAULT_MAX_BYTES, type EventBatch, type EventFeed, type ReadOptions } from './event-feed.js';
import { createWakeUps } from './wake-ups.js';

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
export function createPostgresFeed({
  pool,
  connectionString,
  role,
  log,
  pollInterval = 1_000,
}: PostgresFeedOptions): EventFeed {
  const wakeUps = createWakeUps({ connectionString, role, name: 'feed', log });

  async function* read(wanted: ReadOptions): AsyncGenerator<EventBatch> {
    wakeUps.join();
    try {
      yield* follow(wanted);
    } finally {
      wakeUps.leave();
    }
  }

  async function* follow(options: ReadOptions): AsyncGenerator<EventBatch> {
    const { after, batchSize, maxBytes = DEFAULT_MAX_BYTES, linger = 0, signal } = options;
    const size = new PageSize(batchSize, maxBytes);
    let position = after;
    while (!signal.aborted) {
      // Asked for before the read, so that a batch committed in between is not slept through.
      const { rung, leave } = wakeUps.bell.listen(pollInterval, signal);
      try {
        const events = await readEvents(pool, position, size).catch(async (error: Error) => {
          if (!signal.aborted) log.warn({ reason: error.message }, 'event feed cannot read the log');
          await sleep(RETRY_DELAY, undefined, { signal }).catch(() => {});
          return [];
        });
        const isFull = size.take(events);
        const last = events.at(-1);
        if (last !== undefined) {
          position = last.position;
          yield { events, position, isFull };
        }
        if (isFull) continue;
        await rung;
      } finally {
        leave();
      }
      if (linger > 0) await sleep(linger, undefined, { signal }).catch(() => {});
    }
  }

  return { read, close: () => wakeUps.close() };
}
