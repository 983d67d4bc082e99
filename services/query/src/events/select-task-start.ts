import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';

/**
 * The position that a task's events begin behind. A task's id is the position of its first event; one
 * that the read model does not know yet begins behind the checkpoint. There is no such end: a status
 * that comes after a task's end is in the log, and does not move the task's own position.
 */
export function selectTaskStart(project: string, taskId: string): Select<number> {
  return async (reader, generation) => {
    const table = generationTable('tasks', generation);
    const [row] = await reader.query<{ as_of: number; start: number }>({
      name: `select-task-start-${table}`,
      text: `
        SELECT g.position AS as_of, coalesce(t.id - 1, g.position) AS start
        FROM projection.generations g
        LEFT JOIN (SELECT id FROM ${table} WHERE project = $2 AND task_id = $3) t ON true
        WHERE g.id = $1 AND g.state = 'active'`,
      values: [generation, project, taskId],
    });
    return row === undefined ? undefined : { position: row.as_of, value: row.start };
  };
}
