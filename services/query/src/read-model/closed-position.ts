import type { Reader } from '../database/reader.js';
import { selectLastBefore } from '../events/select-last-before.js';

/** An `as_of` as a position. */
export interface ReadMoment {
  position: number;
  /** Whether nothing can be recorded at it any more. */
  isClosed: boolean;
}

/**
 * The last position recorded until a time, and whether that will stay so. A batch is given its time when it is planned, and
 * seen only once it has committed: of the last moments, and of those before a batch that is on its way, more may come to
 * light. Past the last event's time nothing can, as recorded time never goes backwards; so most questions are one statement.
 */
export async function closedPosition(reader: Reader, time: string): Promise<ReadMoment> {
  const found = await selectLastBefore(reader, time, true);
  if (found.isFollowed) return { position: found.position, isClosed: true };
  // In this order: what is not on its way any more, the statement after sees.
  const isClosed = found.isPlannable === false && !(await isAppending(reader));
  if (!isClosed) return { position: found.position, isClosed };
  return { position: (await selectLastBefore(reader, time, true)).position, isClosed };
}

/** Whether a transaction may have moved the head and not ended yet. */
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
