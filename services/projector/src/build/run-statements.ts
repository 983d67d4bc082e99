/** Runs statements that keep the server busy for long, two at a time. */
import { withClient } from '@att/platform/postgres';
import type { Pool, PoolClient } from 'pg';

/** Connections: one for each core of a small machine. */
const CONNECTIONS = 2;

/** Starts statements in their order. Ends early when `signal` aborts. @throws the first error; other statements are cancelled then */
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
    // After a failure the other statement is cancelled: it would delay the drop of its table.
    ending.abort();
    await Promise.allSettled(workers);
  }
}

async function work(pool: Pool, left: string[], signal: AbortSignal): Promise<void> {
  await withClient(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await liftVacuumLimit(client);
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
 * Lets VACUUM use all buffers of the server, where it has the setting (PostgreSQL 16 and newer). By default it has 2 MB at most, so
 * that it writes each page before it reads the next: the tables of a million events took 4.7 s, and 3.3 s without the limit.
 */
async function liftVacuumLimit(client: PoolClient): Promise<void> {
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
