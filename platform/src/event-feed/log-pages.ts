/** Pages of the log straight from Postgres, and whether it is still the log that a reader remembers. */
import type { Pool } from 'pg';
import {
  LogChangedError,
  type LogPage,
  type PageSize,
  readEvents,
  recogniseLog,
} from '../event-log/index.js';
import type { Logger } from '../logging/index.js';
import { pause } from '../time/index.js';
import type { EventBatch } from './event-feed.js';

/** Place in the log that the reader remembers; unknown parts are taken from the log's next page. */
export interface Place {
  position: number;
  hash: string | undefined;
  epoch: string | undefined;
}

/** Identity and end of the log, as a page and the head row give them. */
export type LogState = Pick<LogPage, 'epoch' | 'head' | 'hashBefore'>;

/** Milliseconds between two tries while the database cannot be reached. */
const RETRY_DELAY = 500;

/** @returns undefined while the log cannot be read, after a while */
export async function tryToReadPage(
  { pool, log }: { pool: Pool; log: Logger },
  after: number,
  size: Pick<PageSize, 'limit' | 'maxBytes'>,
  signal: AbortSignal,
): Promise<LogPage | undefined> {
  try {
    return await readEvents(pool, after, size);
  } catch (error) {
    if (!signal.aborted) log.warn({ reason: (error as Error).message }, 'event feed cannot read the log');
    await pause(RETRY_DELAY, signal);
    return undefined;
  }
}

/** Gives the log a new epoch where it was replaced by another one: a position alone does not identify an event now. */
export async function logChanged(
  { pool, log }: { pool: Pool; log: Logger },
  { head, epoch }: LogState,
  { position, ...place }: Place,
): Promise<LogChangedError> {
  const { hash, epoch: known } = place;
  const remembered = hash === undefined || known === undefined ? undefined : { position, hash, epoch: known };
  try {
    return new LogChangedError(position, (await recogniseLog(pool, remembered)).epoch, head);
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'event feed cannot give a changed log its new epoch');
    return new LogChangedError(position, epoch, head);
  }
}

export const isOfSameLog = ({ head, hashBefore }: LogState, after: Place): boolean =>
  head >= after.position && (after.hash === undefined || after.hash === hashBefore);

export function endOf({ events, epoch, hash }: LogPage, after: Place): Place {
  return { position: events.at(-1)?.position ?? after.position, hash, epoch };
}

export function batchOf({ events, epoch }: LogPage, { position, hash }: Place, isFull: boolean): EventBatch {
  return { events, position, hash: hash as string, epoch, isFull };
}
