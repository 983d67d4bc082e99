import type { Task } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import {
  AT_POSITION,
  type Joined,
  SNAPSHOT_COLUMNS,
  type SnapshotRow,
  snapshotOf,
} from '../read-model/snapshot.js';
import { tasksAt } from './task-at.js';
import { type TaskRow, taskOf } from './task-row.js';

export interface ProjectTask {
  task: Task | undefined;
  projectExists: boolean;
}

/** Task of a project. */
export function selectProjectTask(project: string, taskId: string): Select<ProjectTask> {
  return async (reader, generation, at) => {
    const table = generationTable('tasks', generation);
    const [row] = await reader.query<SnapshotRow & { project_exists: boolean } & Joined<TaskRow>>({
      name: `select-project-task-${table}`,
      text: `
        SELECT ${SNAPSHOT_COLUMNS}, x.project_exists, t.*
        FROM (${AT_POSITION}) g
        CROSS JOIN LATERAL (
          SELECT EXISTS (SELECT FROM ${table} WHERE project = $3 AND id <= g.at AND present_from <= g.at) AS project_exists
        ) x
        LEFT JOIN LATERAL (${tasksAt(generation, 'o.project = $3 AND o.task_id = $4')}) t ON true`,
      values: [generation, at, project, taskId],
    });
    if (row === undefined) return undefined;
    const task = row.id === null ? undefined : taskOf(row);
    return snapshotOf(row, { task, projectExists: row.project_exists });
  };
}
