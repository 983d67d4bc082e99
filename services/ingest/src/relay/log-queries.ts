/** Questions of the relay to the log. */
import type { Pool } from 'pg';

export interface KnownEvents {
  epoch: string;
  /** Hashes of the log's events at some positions, lower-case hex. */
  hashes: ReadonlyMap<number, string>;
}

/** Reads hashes of the log, and its epoch, from one snapshot. */
export async function readHashes(pool: Pool, positions: readonly number[]): Promise<KnownEvents> {
  const { rows } = await pool.query<{ epoch: string; position: number | null; hash: string }>(
    `SELECT head.epoch, e.position, encode(e.hash, 'hex') AS hash
     FROM log.head LEFT JOIN log.events AS e
       ON e.position = ANY ($1::bigint[]) AND e.position <= head.position`,
    [positions],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('log.head has no row: was the database migrated?');
  const known = rows.filter(({ position }) => position !== null);
  return {
    epoch: row.epoch,
    hashes: new Map(known.map(({ position, hash }) => [position as number, hash])),
  };
}

/**
 * Last position that is older than a topic's retention; 0 where there is none. Recorded times never go backwards, so
 * halving finds it, with one look-up by key a step.
 *
 * @param retention milliseconds; undefined: for ever
 */
export async function readRetentionStart(pool: Pool, retention: number | undefined): Promise<number> {
  if (retention === undefined) return 0;
  const { rows } = await pool.query<{ position: number }>(
    `WITH RECURSIVE search (low, high) AS (
       SELECT 0::bigint, position FROM log.head
       UNION ALL
       SELECT CASE WHEN is_old THEN middle ELSE low END, CASE WHEN is_old THEN high ELSE middle - 1 END
       FROM search
       CROSS JOIN LATERAL (SELECT (low + high + 1) / 2 AS middle) AS half
       CROSS JOIN LATERAL (
         SELECT recorded_at < clock_timestamp() - $1 * interval '1 ms' AS is_old
         FROM log.events WHERE log.events.position = middle
       ) AS event
       WHERE low < high
     )
     SELECT low AS position FROM search WHERE low = high`,
    [retention],
  );
  return rows[0]?.position ?? 0;
}

export interface RelayLag {
  /** Position up to which the topic has the log; 0 where nothing was published, or to another topic. */
  position: number;
  /** Events that the topic lacks. */
  events: number;
  /** Age of the oldest of them, by the database's clock; 0 where there is none. */
  seconds: number;
}

/** @param topic its name */
export async function readRelayLag(pool: Pool, topic: string): Promise<RelayLag> {
  const { rows } = await pool.query<RelayLag>({
    name: 'read-relay-lag',
    text: `
      SELECT done.position, greatest(head.position - done.position, 0) AS events,
        coalesce(greatest(extract(epoch FROM clock_timestamp() - (
          SELECT recorded_at FROM log.events WHERE log.events.position = done.position + 1
        )), 0), 0)::float8 AS seconds
      FROM log.head
      CROSS JOIN (
        SELECT coalesce((SELECT position FROM log.relay WHERE split_part(topic, '/', 2) = $1), 0) AS position
      ) AS done`,
    values: [topic],
  });
  return rows[0] as RelayLag;
}
