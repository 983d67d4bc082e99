import type { ClientBase, Pool } from 'pg';

/** Takes hashes of checkpoints from the log where an older release, which has no hashes, moved the checkpoint. */
export async function adoptHashes(pool: ClientBase | Pool): Promise<void> {
  await pool.query(`
    UPDATE projection.generations g SET hash = e.hash, hash_position = e.position
    FROM log.events e
    WHERE g.hash_position <> g.position AND e.position = g.position`);
}
