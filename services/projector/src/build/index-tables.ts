/** What only readers need of a build's tables, once they are full: statistics, vacuum, indexes. Two statements at a time. */
import { generationTable } from '@att/platform/projections';
import type { Pool, PoolClient } from 'pg';
import { setAutovacuum } from '../generations/set-autovacuum.js';
import { tablesOf } from '../generations/tables-of.js';
import type { Projection } from '../projection.js';

/** One for each core of a small machine. */
const CONNECTIONS = 2;

export interface Indexed {
  projection: Projection;
  generation: number;
}

/** Begins anew after a crash. Ends early when `signal` aborts. */
export async function indexTables(
  pool: Pool,
  targets: readonly Indexed[],
  signal: AbortSignal,
): Promise<void> {
  for (const { generation } of targets) await dropIndexes(pool, generation);
  const statements: string[] = [];
  for (const { projection, generation } of targets) {
    const names = await tablesOf(pool, generation);
    statements.push(...names.map((name) => lookingAfter(name, generation, projection)));
  }
  statements.push(...targets.flatMap(({ projection, generation }) => projection.indexes(generation)));
  const ending = new AbortController();
  const together = AbortSignal.any([signal, ending.signal]);
  const workers = Array.from({ length: CONNECTIONS }, () => work(pool, statements, together));
  try {
    await Promise.all(workers);
  } finally {
    // Where one fails, what the other makes is of no use, and would hold up the drop of its table.
    ending.abort();
    await Promise.allSettled(workers);
  }
  if (signal.aborted) return;
  for (const { generation } of targets) await setAutovacuum(pool, generation, true);
}

/**
 * Without statistics the first readers after a switch would get the plans of empty tables, and where pages are not marked
 * they would look up in the table what their indexes have. Before the indexes, which vacuum would have to go through, too.
 * All other tables autovacuum goes through once it may: of a million events that takes as long as it does here, 0.6 s.
 */
function lookingAfter(name: string, generation: number, { covered = [] }: Projection): string {
  const table = generationTable(name, generation);
  // One process each, as of autovacuum: of several, PostgreSQL 15 and 16 keep what they find in /dev/shm, of which Docker gives 64 MB.
  return covered.includes(name) ? `VACUUM (ANALYZE, PARALLEL 0) ${table}` : `ANALYZE ${table}`;
}

async function work(pool: Pool, statements: string[], signal: AbortSignal): Promise<void> {
  const client = await pool.connect();
  let broken = true;
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await letVacuumHaveBuffers(client);
    const cancel = () => void pool.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => {});
    signal.addEventListener('abort', cancel);
    try {
      await runAll(client, statements, signal);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    broken = false;
  } finally {
    client.release(broken);
  }
}

/**
 * All of the server's, where it has the setting (PostgreSQL 16 and newer). Otherwise it has 2 MB, and before 17 a quarter of one, of which
 * each page has to be written before the next one is read, and the log up to it: all tables of a million events took 4.7 s, and so 3.3.
 */
async function letVacuumHaveBuffers(client: PoolClient): Promise<void> {
  await client.query(
    "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'vacuum_buffer_usage_limit'",
  );
}

async function runAll(client: PoolClient, statements: string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const statement = statements.shift();
    if (statement === undefined) return;
    await client.query(statement);
  }
}

/** Those that no key of a table stands behind. */
async function dropIndexes(pool: Pool, generation: number): Promise<void> {
  const tables = (await tablesOf(pool, generation)).map((name) => generationTable(name, generation));
  const { rows } = await pool.query<{ name: string }>(
    `SELECT i.indexrelid::regclass::text AS name FROM pg_index i
     WHERE i.indrelid = ANY ($1::regclass[])
       AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [tables],
  );
  if (rows.length > 0) await pool.query(`DROP INDEX ${rows.map(({ name }) => name).join(', ')}`);
}
