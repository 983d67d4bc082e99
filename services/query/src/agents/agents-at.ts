/** SQL of agents as they were at a position. */
import { MAX_AGENT_PROJECTS } from '@att/contracts';
import { generationTable, heldAt } from '@att/platform/projections';
import { meanSeconds } from '../stats/mean-seconds.js';

/**
 * SQL of the agents `o` as they were at `g.at`.
 *
 * @param condition on the row `o` of the table of agents
 */
export function agentsAt(generation: number, condition: string): string {
  const held = heldAt({ table: 'agent_versions', generation, key: 'id = o.id', at: 'g.at' });
  return `
          SELECT o.id, o.name, o.name_key, o.first_seen, v.last_seen,
                 v.total AS total_tasks, v.active AS active_tasks,
                 v.completed AS completed_tasks, v.failed AS failed_tasks,
                 v.completed::float8 / nullif(v.completed + v.failed, 0) AS success_rate,
                 ${meanSeconds('v.duration_micros', 'v.durations')} AS average_duration,
                 ${projectsOf(generationTable('agent_projects', generation))} AS projects
          FROM ${generationTable('agents', generation)} o
          CROSS JOIN LATERAL (${held}
          ) v
          WHERE o.present_from <= g.at AND ${condition}`;
}

/** SQL of the names of an agent's projects: one look-up for each that it ever had, however often it came and went. */
function projectsOf(table: string): string {
  return `ARRAY (
                   WITH RECURSIVE names (project) AS (
                     (SELECT project FROM ${table} WHERE id = o.id ORDER BY project LIMIT 1)
                     UNION ALL
                     SELECT (SELECT project FROM ${table} WHERE id = o.id AND project > n.project ORDER BY project LIMIT 1)
                     FROM names n WHERE n.project IS NOT NULL
                   )
                   SELECT n.project FROM names n
                   WHERE g.at < (
                     SELECT valid_to FROM ${table} p
                     WHERE p.id = o.id AND p.project = n.project AND p.valid_from <= g.at ORDER BY p.valid_from DESC LIMIT 1
                   )
                   ORDER BY n.project COLLATE "C" LIMIT ${MAX_AGENT_PROJECTS + 1}
                 )`;
}
