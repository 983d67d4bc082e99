import type { Pool } from 'pg';
import { inTransaction } from '../in-transaction.js';
import type { Projection } from '../projection.js';
import { limitStatistics } from './limit-statistics.js';
import { FencedError } from './move-checkpoint.js';

/** The tables of a build, without what only readers need. @throws FencedError when it was cancelled */
export async function makeTables(pool: Pool, projection: Projection, generation: number): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      "UPDATE projection.generations SET has_tables = true WHERE id = $1 AND state = 'building' AND NOT has_tables",
      [generation],
    );
    if (rowCount !== 1) throw new FencedError('the build was cancelled');
    await client.query(projection.tables(generation));
    await limitStatistics(client, projection, generation);
  });
}
