import { isRefusal, withClient } from '@att/platform/postgres';
import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in a transaction. A process that freezes in it, or a host that disappears without closing the connection, keeps
 * its locks (such as that of the log's head) for 5 s at most.
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
