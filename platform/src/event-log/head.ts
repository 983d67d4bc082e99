import type { ClientBase, Pool } from 'pg';

/** End of the log, which the next record follows. */
export interface Head {
  /** Position of the last record; 0 for an empty log. */
  position: number;
  /** Lower-case hex. */
  hash: string;
  /** Wire time of the last record; 1970 for an empty log. */
  recordedAt: string;
}

export interface LockedHead extends Head {
  /** The database's clock, in milliseconds since 1970. */
  databaseTime: number;
}

interface HeadRow {
  position: number;
  hash: Buffer;
  recorded_at: string;
}

const READ_HEAD = 'SELECT position, hash, recorded_at FROM log.head';

export async function readHead(client: ClientBase | Pool): Promise<Head> {
  return headOf((await client.query<HeadRow>(READ_HEAD)).rows);
}

/** Reads and locks the head. The lock waits until all appends that are under way, of any process, have ended. */
export async function lockHead(client: ClientBase): Promise<LockedHead> {
  const { rows } = await client.query<HeadRow & { database_time: number }>(
    `SELECT position, hash, recorded_at, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS database_time
     FROM log.head FOR UPDATE`,
  );
  return { ...headOf(rows), databaseTime: rows[0]?.database_time as number };
}

function headOf([row]: HeadRow[]): Head {
  if (row === undefined) throw new Error('log.head has no row: was the database migrated?');
  return { position: row.position, hash: row.hash.toString('hex'), recordedAt: row.recorded_at };
}
