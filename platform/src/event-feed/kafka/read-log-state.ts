import type { Pool } from 'pg';
import { GENESIS_HASH, hashAt } from '../../event-log/index.js';

/** Head row, and what the log has at two places that a reader remembers, all from one snapshot. */
export interface LogStateAt {
  epoch: string;
  head: number;
  /** Hashes of the events there, lower-case hex; undefined where the log has none. */
  hashes: readonly (string | undefined)[];
  /** Recorded time of the event at the first place, in milliseconds since 1970; 0 where there is none. */
  recordedAt: number;
}

interface Row {
  epoch: string;
  head: number;
  first: string | null;
  second: string | null;
  recorded_at: number;
}

const READ_LOG_STATE = `
  SELECT epoch, position AS head, ${hashAt('$1')} AS first, ${hashAt('$2')} AS second,
         coalesce((SELECT extract(epoch FROM recorded_at) * 1000 FROM log.events WHERE log.events.position = $1), 0)::float8 AS recorded_at
  FROM log.head`;

export async function readLogState(pool: Pool, first: number, second: number): Promise<LogStateAt> {
  const { rows } = await pool.query<Row>({
    name: 'read-log-state',
    text: READ_LOG_STATE,
    values: [first, second],
  });
  const row = rows[0];
  if (row === undefined) throw new Error('log.head has no row: was the database migrated?');
  const hashOf = (position: number, hash: string | null) =>
    position === 0 ? GENESIS_HASH : (hash ?? undefined);
  return {
    epoch: row.epoch,
    head: row.head,
    hashes: [hashOf(first, row.first), hashOf(second, row.second)],
    recordedAt: row.recorded_at,
  };
}
