import type { ClientBase } from 'pg';

/** How often each table was read from end to end. */
export async function wholeReads(
  client: ClientBase,
  tables: readonly string[],
): Promise<Record<string, number>> {
  await client.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await client.query<{ name: string; reads: string }>(
    `SELECT relname AS name, seq_scan AS reads FROM pg_stat_user_tables
     WHERE relid = ANY ($1::regclass[]) ORDER BY relname`,
    [tables],
  );
  return Object.fromEntries(rows.map(({ name, reads }) => [name, Number(reads)]));
}
