/** What a build has done by the server alone: two statements at a time. */
import { withClient } from '@att/platform/postgres';
import type { Pool, PoolClient } from 'pg';

/** One for each core of a small machine. */
const CONNECTIONS = 2;

/** Runs them in their order. Ends early when `signal` aborts. @throws what one fails with; the others are cancelled then */
export async function runStatements(
  pool: Pool,
  statements: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const left = [...statements];
  const ending = new AbortController();
  const together = AbortSignal.any([signal, ending.signal]);
  const workers = Array.from({ length: CONNECTIONS }, () => work(pool, left, together));
  try {
    await Promise.all(workers);
  } finally {
    // Where one fails, what the other makes is of no use, and would hold up the drop of its table.
    ending.abort();
    await Promise.allSettled(workers);
  }
}

async function work(pool: Pool, left: string[], signal: AbortSignal): Promise<void> {
  await withClient(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await letVacuumHaveBuffers(client);
    const cancel = () => void pool.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => {});
    signal.addEventListener('abort', cancel);
    try {
      await runAll(client, left, signal);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  });
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

async function runAll(client: PoolClient, left: string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const statement = left.shift();
    if (statement === undefined) return;
    await client.query(statement);
  }
}
