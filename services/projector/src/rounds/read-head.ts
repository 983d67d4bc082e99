import type { Pool } from 'pg';

/** Position of the log's last event. */
export async function readHead(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ position: number }>({
    name: 'read-head',
    text: 'SELECT position FROM log.head',
  });
  return rows[0]?.position ?? 0;
}
