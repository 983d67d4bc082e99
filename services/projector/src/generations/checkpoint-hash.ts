/** How the checkpoint of a generation is held against the log. */
import type { ClientBase, Pool } from 'pg';

/** SQL of the log's hash at the checkpoint of `g`; null where the log ends before it. */
const HASH_OF_LOG = `
  CASE g.position WHEN 0 THEN decode(repeat('00', 32), 'hex')
  ELSE (SELECT e.hash FROM log.events e WHERE e.position = g.position) END`;

/** SQL: whether the read models of `g` were made from another log, as when the two were restored apart. */
export const IS_OF_OTHER_LOG = `(
  ${HASH_OF_LOG} IS NULL OR g.hash_position = g.position AND ${HASH_OF_LOG} <> g.hash)`;

/** Takes hashes from the log where a release that knows none moved the checkpoint. */
export async function adoptHashes(pool: ClientBase | Pool): Promise<void> {
  await pool.query(`
    UPDATE projection.generations g SET hash = e.hash, hash_position = e.position
    FROM log.events e
    WHERE g.hash_position <> g.position AND e.position = g.position`);
}
