/**
 * Keeps small hot tables small. A row that every batch updates leaves a dead version each time; while a long snapshot is
 * open (a dump of some hours), none of them may go, and 100,000 of them are 1,400 pages. Once the snapshot has gone,
 * VACUUM empties the pages and keeps them: every read of the one row would go through all of them for ever.
 */
import type { ClientBase, Pool } from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Logger } from '../logging/index.js';
import { createPool } from './pool.js';

export interface HotTablesOptions {
  connectionString: string;
  /** Names with their schema. */
  tables: readonly string[];
  log: Logger;
  metrics: Registry;
}

type HotTableMetrics = ReturnType<typeof createHotTableMetrics>;

/** Milliseconds between two looks. */
const INTERVAL = 60_000;
/** Pages; what a burst leaves and the next autovacuum makes free is less. */
const MANY_PAGES = 64;
/** Rows; a table with more is not small, and is left to autovacuum. */
const FEW_ROWS = 1_000;
/** Milliseconds that writers may wait behind us for readers of the table. */
const LOCK_TIMEOUT = 50;

/** The same ones for all services of a process. */
export function createHotTableMetrics(registry: Registry) {
  const registers = [registry];
  const known = <T>(name: string) => registry.getSingleMetric(name) as T | undefined;
  return {
    pages:
      known<Gauge<'table'>>('att_hot_table_pages') ??
      new Gauge({
        name: 'att_hot_table_pages',
        help: 'Pages of a small table that every batch updates; many where a long snapshot is, or was, open',
        labelNames: ['table'],
        registers,
      }),
    compacted:
      known<Counter>('att_hot_tables_compacted_total') ??
      new Counter({
        name: 'att_hot_tables_compacted_total',
        help: 'Small tables that were written anew, as a long snapshot had left many pages',
        registers,
      }),
  };
}

/** Compacts the tables now and then. @returns a function that ends it */
export function keepCompact(options: HotTablesOptions): () => Promise<void> {
  const { connectionString, tables, log } = options;
  const metrics = createHotTableMetrics(options.metrics);
  // The pool takes no role: the tables' owner alone may rewrite them.
  const pool = createPool({ connectionString, role: undefined, max: 1, name: 'compact', log });
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    compactTables(pool, { tables, log, metrics })
      .catch((error: Error) => log.debug({ reason: error.message }, 'hot tables cannot be looked at'))
      .finally(() => {
        isLooking = false;
      });
  }, INTERVAL).unref();
  return async () => {
    clearInterval(timer);
    await pool.end();
  };
}

export async function compactTables(
  pool: Pool,
  { tables, log, metrics }: Pick<HotTablesOptions, 'tables' | 'log'> & { metrics: HotTableMetrics },
): Promise<void> {
  for (const table of tables) {
    const pages = await compact(pool, table).catch((error: Error) => {
      log.debug({ table, reason: error.message }, 'a hot table cannot be written anew now');
      return undefined;
    });
    if (pages === undefined) continue;
    metrics.pages.set({ table }, pages.after);
    if (pages.after >= pages.before) continue;
    metrics.compacted.inc();
    log.info({ table, ...pages }, 'a small table had many pages, and was written anew');
  }
}

interface Pages {
  before: number;
  after: number;
}

async function compact(pool: Pool, table: string): Promise<Pages> {
  const before = await countPages(pool, table);
  if (before <= MANY_PAGES || !(await isSmall(pool, table))) return { before, after: before };
  // VACUUM waits for no lock, and may be enough: it gives back empty pages at the end.
  await pool.query(`VACUUM ${table}`);
  if ((await countPages(pool, table)) > MANY_PAGES && !(await isHeld(pool, table)))
    await rewrite(pool, table);
  return { before, after: await countPages(pool, table) };
}

async function rewrite(pool: Pool, table: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT}`);
    await client.query(`VACUUM (FULL, ANALYZE) ${table}`);
  } finally {
    // The connection is closed, as this lock_timeout must not apply to other queries.
    client.release(true);
  }
}

async function countPages(client: ClientBase | Pool, table: string): Promise<number> {
  const { rows } = await client.query<{ pages: number }>(
    "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::bigint AS pages",
    [table],
  );
  return rows[0]?.pages ?? 0;
}

async function isSmall(pool: Pool, table: string): Promise<boolean> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*) FROM (SELECT FROM ${table} LIMIT ${FEW_ROWS + 1}) AS some_rows`,
  );
  return (rows[0]?.count ?? 0) <= FEW_ROWS;
}

/** Whether a snapshot still sees dead rows, which VACUUM must keep: VACUUM FULL would copy them all. */
async function isHeld(pool: Pool, table: string): Promise<boolean> {
  const { rows } = await pool.query<{ dead: number }>(
    'SELECT pg_stat_get_dead_tuples($1::regclass) AS dead',
    [table],
  );
  return (rows[0]?.dead ?? 0) > FEW_ROWS;
}
