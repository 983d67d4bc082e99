import type { Pool } from 'pg';
import type { Projection } from '../fold/projection.js';
import { createTables } from '../rows/create-tables.js';
import { inTransaction } from '../rows/in-transaction.js';
import { createKeyStatements } from '../rows/keys.js';
import { setAutovacuum } from './set-autovacuum.js';
import { statisticsLimits } from './statistics-limits.js';
import { CancelledError } from './superseded-error.js';

/** Creates the tables of a build, without keys and without the indexes of readers. @throws CancelledError */
export async function makeTables(
  pool: Pool,
  { tables, keys, indexes }: Projection,
  generation: number,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      "UPDATE projection.generations SET has_tables = true WHERE id = $1 AND state = 'building' AND NOT has_tables",
      [generation],
    );
    if (rowCount !== 1) throw new CancelledError('the build was cancelled');
    await client.query(createTables(tables, generation));
    // Indexes are created and rolled back to learn which columns they have; without rows that takes a moment.
    await client.query('SAVEPOINT without_indexes');
    await client.query([...createKeyStatements(keys, generation), ...indexes(generation)].join(';\n'));
    const limits = await statisticsLimits(client, generation);
    await client.query('ROLLBACK TO SAVEPOINT without_indexes');
    await client.query(limits);
    await setAutovacuum(client, generation, false);
  });
}
