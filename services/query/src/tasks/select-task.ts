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

/** Most projects that an answer names: a script that numbers its tasks has thousands. */
const NAMED_PROJECTS = 20;

export interface TasksOfId {
  /** Oldest task of the id. */
  task: Task | undefined;
  /** Number of projects that have a task of this id. */
  count: number;
  /** First projects by name that have one. */
  projects: readonly string[];
}

type Row = SnapshotRow & { count: number; projects: string[] } & Joined<TaskRow>;

/** Tasks of an id, in all projects. */
export function selectTask(taskId: string): Select<TasksOfId> {
  return async (reader, generation, at) => {
    const table = generationTable('tasks', generation);
    const [row] = await reader.query<Row>({
      name: `select-task-${table}`,
      text: `
        SELECT ${SNAPSHOT_COLUMNS}, n.count, ARRAY (
          SELECT project FROM ${table}
          WHERE task_id = $3 AND present_from <= g.at ORDER BY project LIMIT ${NAMED_PROJECTS}
        ) AS projects, t.*
        FROM (${AT_POSITION}) g
        CROSS JOIN LATERAL (
          SELECT count(*), min(id) AS first FROM ${table} WHERE task_id = $3 AND present_from <= g.at
        ) n
        LEFT JOIN LATERAL (${tasksAt(generation, 'o.id = n.first')}) t ON true`,
      values: [generation, at, taskId],
    });
    if (row === undefined) return undefined;
    const task = row.id === null ? undefined : taskOf(row);
    return snapshotOf(row, { task, count: row.count, projects: row.projects });
  };
}
