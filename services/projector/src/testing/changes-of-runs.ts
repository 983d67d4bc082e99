/** Histories that are kept in runs, a row a change. */
import { generationTable } from '@att/platform/projections';
import type { Pool } from 'pg';

export const RUN_TABLES = ['task_counts', 'project_versions', 'agent_versions', 'stats_versions'] as const;
export type RunTable = (typeof RUN_TABLES)[number];

/** Of a change `valid_from` and its figures, and of its key all else. */
export interface RunChange {
  key: string;
  valid_from: number;
  figures: Record<string, unknown>;
}

/** In the order of keys and positions. */
export async function changesOfRuns(pool: Pool, generation: number, table: RunTable): Promise<RunChange[]> {
  const { rows } = await pool.query<{ run: string }>(
    `SELECT to_json(t)::text AS run FROM ${generationTable(table, generation)} t ORDER BY first`,
  );
  const changes = rows.flatMap(({ run }) => changesOf(JSON.parse(run)));
  return changes.sort((a, b) => (a.key === b.key ? a.valid_from - b.valid_from : a.key < b.key ? -1 : 1));
}

/** What each key came to, whenever it did. */
export async function latestOfRuns(
  pool: Pool,
  generation: number,
  table: RunTable,
): Promise<Record<string, Record<string, unknown>>> {
  const changes = await changesOfRuns(pool, generation, table);
  return Object.fromEntries(changes.map(({ key, figures }) => [key, figures]));
}

function changesOf({ first, ...run }: Record<string, unknown>): RunChange[] {
  const key = Object.entries(run).filter(([, value]) => !Array.isArray(value));
  const lists = Object.entries(run).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  return (run.valid_from as number[]).map((valid_from, place) => {
    const figures = lists.map(([name, list]) => [name, list[place]] as const);
    const named = Object.fromEntries(figures.filter(([name]) => name !== 'valid_from'));
    return { key: JSON.stringify(Object.fromEntries(key)), valid_from, figures: named };
  });
}
