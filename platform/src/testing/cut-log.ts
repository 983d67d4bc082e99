import type { Pool } from 'pg';

/**
 * Deletes the last events of a log, as after a fail-over to a standby that lacks them, with the log's triggers disabled.
 * Neither epoch nor server change.
 *
 * @param pool of a superuser
 */
export async function cutLog(pool: Pool, count: number): Promise<void> {
  await pool.query(`
    DO $$
    BEGIN
      LOCK TABLE log.head IN EXCLUSIVE MODE;
      ALTER TABLE log.events DISABLE TRIGGER ALL;
      ALTER TABLE log.head DISABLE TRIGGER ALL;
      DELETE FROM log.events WHERE position > (SELECT position - ${count} FROM log.head);
      UPDATE log.head SET (position, hash, recorded_at) = (
        SELECT coalesce(max(position), 0),
               coalesce((array_agg(hash ORDER BY position DESC))[1], decode(repeat('00', 32), 'hex')),
               coalesce(max(recorded_at), 'epoch')
        FROM log.events
      );
      ALTER TABLE log.events ENABLE TRIGGER ALL;
      ALTER TABLE log.head ENABLE TRIGGER ALL;
    END $$`);
}
