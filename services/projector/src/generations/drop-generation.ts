import { generationTable } from '@att/platform/projections';
import type { Pool } from 'pg';
import { inTransaction } from '../rows/in-transaction.js';
import { tablesOf } from './tables-of.js';

/** Milliseconds. A reader of the tables ends sooner, and otherwise the next round tries again. */
const LOCK_TIMEOUT = 15_000;

/**
 * Drops the tables of a generation whose drop was requested by an operator, a switch or a failure. The row of a retired generation
 * is deleted; that of a failed or cancelled build is kept, as it says why.
 */
export async function dropGeneration(pool: Pool, generation: number): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`);
    const { rows } = await client.query(
      'SELECT FROM projection.generations WHERE id = $1 AND drop_requested FOR UPDATE',
      [generation],
    );
    if (rows.length === 0) return;
    const names = (await tablesOf(client, generation)).map((name) => generationTable(name, generation));
    if (names.length > 0) await client.query(`DROP TABLE ${names.join(', ')}`);
    await client.query('DELETE FROM projection.dead_letters WHERE generation = $1', [generation]);
    await client.query("DELETE FROM projection.generations WHERE id = $1 AND state = 'retired'", [
      generation,
    ]);
    await client.query(
      `UPDATE projection.generations SET drop_requested = false, has_tables = false, rate = NULL
       WHERE id = $1`,
      [generation],
    );
  });
}
