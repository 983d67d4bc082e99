import type { Reader } from '../database/reader.js';
import { selectLastBefore } from '../events/select-last-before.js';

/** Position that an `as_of` stands for. */
export interface ResolvedAsOf {
  position: number;
  /** True when no more events can be recorded up to the time that was asked for. */
  isClosed: boolean;
}

/**
 * Last position recorded up to a time, and whether the time is closed: no more events can be recorded in it. A batch gets its
 * recorded time when it is planned, and is visible only after its commit. So a time is not closed while it is recent, or while a
 * batch is in flight. A time before the last event's is closed, as recorded time never goes backwards: one statement is enough.
 */
export async function closedPosition(reader: Reader, time: string): Promise<ResolvedAsOf> {
  const found = await selectLastBefore(reader, time, true);
  if (found.isFollowed) return { position: found.position, isClosed: true };
  // Order matters: a batch that is not in flight any more is seen by the next statement.
  const isClosed = found.isPlannable === false && !(await isAppending(reader));
  if (!isClosed) return { position: found.position, isClosed };
  return { position: (await selectLastBefore(reader, time, true)).position, isClosed };
}

/** True while a transaction that moves the head may be open. */
async function isAppending(reader: Reader): Promise<boolean> {
  const [row] = await reader.query<{ is_appending: boolean }>({
    name: 'is-appending',
    text: `
      SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'relation' AND relation = 'log.head'::regclass AND mode = 'RowExclusiveLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      ) AS is_appending`,
    values: [],
  });
  return row?.is_appending !== false;
}
