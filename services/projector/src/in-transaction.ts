import { classifyFailure } from '@att/platform/postgres';
import type { Pool, PoolClient } from 'pg';

/** Commits what `work` did, or nothing of it. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    broken = false;
    return result;
  } catch (error) {
    // The connection is well after a refusal, and where there is poison there are many: a new one takes 50 ms.
    if (classifyFailure(error) === 'rejected') {
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
    }
    throw error;
  } finally {
    // A connection with an open transaction is not fit for anybody else.
    client.release(broken);
  }
}
