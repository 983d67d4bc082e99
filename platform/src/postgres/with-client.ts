import type { Pool, PoolClient } from 'pg';

/**
 * Lends a connection of the pool to `work`, which may begin a transaction and ends it. When `work` fails, the connection
 * is closed, which rolls back an open transaction.
 *
 * @param isReusable true for errors after which a ROLLBACK is enough. The connection is kept then: a new one takes 50 ms.
 */
export async function withClient<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  isReusable: (error: unknown) => boolean = () => false,
): Promise<T> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    const result = await work(client);
    isBroken = false;
    return result;
  } catch (error) {
    if (isReusable(error)) {
      isBroken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
    }
    throw error;
  } finally {
    client.release(isBroken);
  }
}
