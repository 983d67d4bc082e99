/** SQL of projects as they were at a position. */
import { generationTable, heldAt } from '@att/platform/projections';

/**
 * SQL of the projects `o` as they were at `g.at`.
 *
 * @param condition on the row `o` of the table of projects
 */
export function projectsAt(generation: number, condition: string): string {
  const held = heldAt({ table: 'project_versions', generation, key: 'id = o.id', at: 'g.at' });
  return `
          SELECT o.id, o.name, o.name_key, o.created_at, v.updated_at, v.total AS total_tasks, v.active AS active_tasks,
                 v.completed AS completed_tasks, v.failed AS failed_tasks
          FROM ${generationTable('projects', generation)} o
          CROSS JOIN LATERAL (${held}
          ) v
          WHERE o.present_from <= g.at AND ${condition}`;
}
