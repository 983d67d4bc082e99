import { isRefusal, withClient } from '@att/platform/postgres';
import type { Pool, PoolClient } from 'pg';

/**
 * Commits what `work` did, or nothing of it. A process that is frozen in it, or a host that is gone without a word, does not
 * keep others from what it has locked, the log's head among that, for more than 5 s.
 */
export function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(
    pool,
    async (client) => {
      await client.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = '5s'");
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    },
    // Dead letters bring many refusals, after each of which the connection is kept.
    isRefusal,
  );
}
