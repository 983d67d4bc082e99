import type { Pool } from 'pg';
import { PageSize } from '../event-log/index.js';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { pause } from '../time/index.js';
import { DEFAULT_MAX_BYTES, type EventBatch, type EventFeed, type ReadOptions } from './event-feed.js';
import { batchOf, endOf, isOfSameLog, logChanged, type Place, tryToReadPage } from './log-pages.js';
import { createWakeUps } from './wake-ups.js';

export interface PostgresFeedOptions {
  /** Pool that the caller ends after the feed is closed. */
  pool: Pool;
  connectionString: string;
  role: DatabaseRole | undefined;
  log: Logger;
  /** Milliseconds; without a wake-up the log is asked this often. */
  pollInterval?: number;
}

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
  const source = { pool, log };
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
    const { after, expected, batchSize, maxBytes = DEFAULT_MAX_BYTES, linger = 0, signal } = options;
    const size = new PageSize(batchSize, maxBytes);
    let place: Place = { position: after, hash: expected?.hash, epoch: expected?.epoch };
    while (!signal.aborted) {
      // The signal is listened to before the read, so that a batch committed between the two is not missed.
      const { woken, leave } = wakeUps.wakeSignal.listen(pollInterval, signal);
      try {
        const page = await tryToReadPage(source, place.position, size, signal);
        if (page !== undefined) {
          const isFull = size.take(page.events);
          if (!isOfSameLog(page, place)) throw await logChanged(source, page, place);
          place = endOf(page, place);
          if (page.events.length > 0) yield batchOf(page, place, isFull);
          if (isFull) continue;
        }
        await woken;
      } finally {
        leave();
      }
      if (linger > 0) await pause(linger, signal);
    }
  }

  return { read, status: () => undefined, close: () => wakeUps.close() };
}
