/** SQL of whole tasks as they were at a position. */
import { generationTable } from '@att/platform/projections';

/**
 * The task `o` as it was at `g.at`; metadata is kept where it changed last.
 *
 * @param condition on the row `o` of the table of tasks
 */
export function tasksAt(generation: number, condition: string): string {
  const versions = generationTable('task_versions', generation);
  return `
        SELECT o.id, o.project, o.project_id, o.task_id, v.title, v.agent, v.status, v.progress, v.message, v.attempt,
               o.created_at, v.updated_at, v.started_at, v.finished_at, v.duration_seconds,
               v.error_type, v.error_message, coalesce(v.late_event, v.valid_from) AS position, v.result, v.stack_trace, m.metadata
        FROM ${generationTable('tasks', generation)} o
        CROSS JOIN LATERAL (
          SELECT * FROM ${versions} WHERE id = o.id AND valid_from <= g.at ORDER BY valid_from DESC LIMIT 1
        ) v
        JOIN ${versions} m ON m.id = o.id AND m.valid_from = v.metadata_from
        WHERE o.id <= g.at AND ${condition}`;
}
