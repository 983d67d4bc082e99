/** The tables of projections row for row, and what they would be if only some events were applied. */
import type { LogEvent } from '@att/platform/event-log';
import { generationTable } from '@att/platform/projections';
import type { Pool } from 'pg';
import { applyBatch } from '../batch/apply-batch.js';
import { openWriters } from '../batch/generation-writer.js';
import type { Projection } from '../fold/projection.js';
import { ensureGenerations } from '../generations/ensure-generations.js';
import { tablesOf } from '../generations/tables-of.js';
import { writableGeneration } from '../generations/writable-generation.js';
import { withDatabase } from './contract/database.js';
import { store, storedSlice } from './deliver.js';

/** Rows as text, by table. */
export type Tables = Record<string, string[]>;

/** @param where SQL condition on the rows of a table, by its name */
export async function readTables(
  pool: Pool,
  generation: number,
  where: (table: string) => string = () => 'true',
): Promise<Tables> {
  const tables: Tables = {};
  for (const name of await tablesOf(pool, generation)) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT t::text AS row FROM ${generationTable(name, generation)} t WHERE ${where(name)} ORDER BY 1`,
    );
    tables[name] = rows.map(({ row }) => row);
  }
  return tables;
}

export async function readLog(pool: Pool): Promise<LogEvent[]> {
  const { rows } = await pool.query<LogEvent>(
    `SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor, data AS data_text
     FROM log.events ORDER BY position`,
  );
  return rows;
}

/** @param isApplied whether an event of the log is applied; all others are as if they had not been */
export function tablesOfFold(
  projection: Projection,
  log: readonly LogEvent[],
  isApplied: (event: LogEvent) => boolean,
): Promise<Tables> {
  return withDatabase(async (owner, pool) => {
    // The index of the log is made from the log itself.
    await store(owner, log);
    const { generations } = await ensureGenerations(pool, [projection]);
    const writable = generations.map((generation) => writableGeneration(projection, generation));
    const events = log.filter(isApplied);
    if (events.length > 0) await applyBatch(pool, await openWriters(pool, writable), storedSlice(events));
    return readTables(pool, generations[0]?.id as number);
  });
}
