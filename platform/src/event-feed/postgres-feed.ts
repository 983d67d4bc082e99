import type { Pool } from 'pg';
import { LogChangedError, type LogPage, PageSize, readEvents, recogniseLog } from '../event-log/index.js';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { pause } from '../time/index.js';
import { DEFAULT_MAX_BYTES, type EventBatch, type EventFeed, type ReadOptions } from './event-feed.js';
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
    const { after, expected, batchSize, maxBytes = DEFAULT_MAX_BYTES, linger = 0, signal } = options;
    const size = new PageSize(batchSize, maxBytes);
    let place: Place = { position: after, hash: expected?.hash, epoch: expected?.epoch };
    while (!signal.aborted) {
      // The signal is listened to before the read, so that a batch committed between the two is not missed.
      const { woken, leave } = wakeUps.wakeSignal.listen(pollInterval, signal);
      try {
        const page = await tryToRead(place.position, size, signal);
        if (page !== undefined) {
          const isFull = size.take(page.events);
          if (!isOfSameLog(page, place)) throw await logChanged(page, place);
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

  /** Gives the log a new epoch where it was replaced by another one: a position alone does not identify an event now. */
  async function logChanged(
    { head, epoch }: LogPage,
    { position, ...place }: Place,
  ): Promise<LogChangedError> {
    const { hash, epoch: known } = place;
    const remembered =
      hash === undefined || known === undefined ? undefined : { position, hash, epoch: known };
    try {
      return new LogChangedError(position, (await recogniseLog(pool, remembered)).epoch, head);
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'event feed cannot give a changed log its new epoch');
      return new LogChangedError(position, epoch, head);
    }
  }

  /** Undefined while the log cannot be read, after a while. */
  async function tryToRead(after: number, size: PageSize, signal: AbortSignal): Promise<LogPage | undefined> {
    try {
      return await readEvents(pool, after, size);
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: (error as Error).message }, 'event feed cannot read the log');
      await pause(RETRY_DELAY, signal);
      return undefined;
    }
  }

  return { read, close: () => wakeUps.close() };
}

function batchOf({ events, epoch }: LogPage, { position, hash }: Place, isFull: boolean): EventBatch {
  return { events, position, hash: hash as string, epoch, isFull };
}

/** Place in the log that the reader remembers; unknown parts are taken from the log's next page. */
interface Place {
  position: number;
  hash: string | undefined;
  epoch: string | undefined;
}

const isOfSameLog = ({ head, hashBefore }: LogPage, after: Place) =>
  head >= after.position && (after.hash === undefined || after.hash === hashBefore);

function endOf({ events, epoch, hash }: LogPage, after: Place): Place {
  return { position: events.at(-1)?.position ?? after.position, hash, epoch };
}
