import type { Task } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import type { AsOf, Joined } from '../read-model/snapshot.js';
import { TASK_COLUMNS, type TaskRow, taskOf } from './task-row.js';

export interface ProjectTask {
  task: Task | undefined;
  projectExists: boolean;
}

/** One task of one project. */
export function selectProjectTask(project: string, taskId: string): Select<ProjectTask> {
  return async (reader, generation) => {
    const table = generationTable('tasks', generation);
    const [row] = await reader.query<AsOf & { project_exists: boolean } & Joined<TaskRow>>({
      name: `select-project-task-${table}`,
      text: `
        SELECT g.position AS as_of, x.project_exists, t.*
        FROM projection.generations g
        CROSS JOIN (SELECT EXISTS (SELECT FROM ${table} WHERE project = $2) AS project_exists) x
        LEFT JOIN (SELECT ${TASK_COLUMNS} FROM ${table} WHERE project = $2 AND task_id = $3) t ON true
        WHERE g.id = $1 AND g.state = 'active'`,
      values: [generation, project, taskId],
    });
    if (row === undefined) return undefined;
    const task = row.id === null ? undefined : taskOf(row);
    return { position: row.as_of, value: { task, projectExists: row.project_exists } };
  };
}
