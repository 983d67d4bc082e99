import type { Stats } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import type { AsOf } from '../read-model/snapshot.js';

export interface StatsFilter {
  project: string | undefined;
  /** By a task's current agent. */
  agent: string | undefined;
}

/** Totals, of everything or of one project, agent, or both. */
export function selectStats({ project, agent }: StatsFilter): Select<Stats> {
  return async (reader, generation) => {
    const table = generationTable('stats', generation);
    // A task that changed hands leaves a row of zeros behind, which is no project of that agent's.
    const [row] = await reader.query<AsOf & Stats>({
      name: `select-stats-${table}`,
      text: `
        SELECT g.position AS as_of, s.*
        FROM projection.generations g
        CROSS JOIN (
          SELECT count(DISTINCT project) FILTER (WHERE total > 0) AS total_projects,
                 coalesce(sum(total), 0) AS total_tasks,
                 coalesce(sum(active), 0) AS active_tasks,
                 coalesce(sum(completed), 0) AS completed_tasks,
                 coalesce(sum(failed), 0) AS failed_tasks,
                 (sum(duration_micros) / nullif(sum(durations), 0) / 1000000)::float8 AS average_duration
          FROM ${table}
          WHERE ($2::text IS NULL OR project = $2) AND ($3::text IS NULL OR agent = $3)
        ) s
        WHERE g.id = $1 AND g.state = 'active'`,
      values: [generation, project ?? null, agent ?? null],
    });
    return row === undefined ? undefined : { position: row.as_of, value: statsOf(row) };
  };
}

function statsOf(row: Stats): Stats {
  return {
    total_projects: row.total_projects,
    total_tasks: row.total_tasks,
    active_tasks: row.active_tasks,
    completed_tasks: row.completed_tasks,
    failed_tasks: row.failed_tasks,
    average_duration: row.average_duration,
  };
}
