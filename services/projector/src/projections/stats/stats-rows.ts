import { textArray } from '@att/platform/postgres';
import { bigint, text } from '../../rows/column.js';
import type { Loader } from '../../rows/loader.js';
import { type Change, runOf } from '../../rows/runs.js';
import { lastRun, runColumns } from '../../rows/write-runs.js';
import { COUNT_COLUMNS, type Counts } from '../../task-outcomes/counts.js';
import { DURATION_COLUMNS, type Durations } from '../../task-outcomes/durations.js';

/** Project and agent that stats are narrowed to; an empty text stands for all. */
export interface Scope {
  project: string;
  agent: string;
}

export interface StatsRow extends Scope, Counts, Durations, Change<StatsRow> {
  /** Projects that have tasks in the scope. */
  projects: number;
}

/** Field by field, for the reason that `evolve` copies a task so. */
export function copyOf(row: StatsRow): StatsRow {
  return {
    project: row.project,
    agent: row.agent,
    projects: row.projects,
    total: row.total,
    active: row.active,
    completed: row.completed,
    failed: row.failed,
    durations: row.durations,
    durationMicros: row.durationMicros,
    valid_from: row.valid_from,
    run: row.run,
  };
}

type Stored = Omit<StatsRow, 'durationMicros' | 'run' | 'valid_from'> & {
  duration_micros: string;
  first: number;
  length: number;
};

/** Scopes as the last changes of their last runs have them. */
export async function loadStats(
  loader: Loader,
  table: string,
  scopes: readonly Scope[],
): Promise<StatsRow[]> {
  const { rows } = await loader.query<Stored>({
    name: `load-${table}`,
    text: `
      SELECT r.project, r.agent, r.first, r.length, r.projects[r.length] AS projects, r.total[r.length] AS total,
             r.active[r.length] AS active, r.completed[r.length] AS completed, r.failed[r.length] AS failed,
             r.durations[r.length] AS durations, r.duration_micros[r.length]::text AS duration_micros
      FROM unnest($1::text[], $2::text[]) AS k (project, agent)
      CROSS JOIN LATERAL (${lastRun(table, 'project = k.project AND agent = k.agent')}
      ) r`,
    values: [textArray(scopes.map(({ project }) => project)), textArray(scopes.map(({ agent }) => agent))],
  });
  return rows.map(({ duration_micros, first, length, ...row }) => ({
    ...row,
    durationMicros: BigInt(duration_micros),
    valid_from: 0,
    run: runOf(first, length),
  }));
}

export const STATS_RUNS = runColumns<'stats_versions', StatsRow>(
  { project: text((row) => row.project), agent: text((row) => row.agent) },
  { projects: bigint((row) => row.projects), ...COUNT_COLUMNS, ...DURATION_COLUMNS },
);
