import { isRefusal } from '@att/platform/postgres';
import type { Pool, PoolClient } from 'pg';

/**
 * Commits what `work` did, or nothing of it. A process that is frozen in it, or a host that is gone without a word, does not
 * keep others from what it has locked, the log's head among that, for more than 5 s.
 */
export function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return transacting(pool, isRefusal, async (client) => {
    await client.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = '5s'");
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  });
}

/**
 * Lends a connection to whoever begins a transaction on it, and ends it.
 *
 * @param isWell whether the connection is fit for a ROLLBACK after `error`
 */
export async function transacting<T>(
  pool: Pool,
  isWell: (error: unknown) => boolean,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    const result = await work(client);
    broken = false;
    return result;
  } catch (error) {
    // Where there is poison there are many refusals: a new connection takes 50 ms.
    if (isWell(error)) {
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
