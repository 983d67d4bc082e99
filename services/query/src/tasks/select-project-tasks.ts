import type { TaskSummary } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import { type AsOf, type Joined, type Page, pageOf } from '../read-model/snapshot.js';
import type { TaskFilter } from './select-tasks.js';
import { SUMMARY_COLUMNS, summaryOf, type TaskSummaryRow } from './task-row.js';

export interface ProjectTasks extends Page<TaskSummary> {
  /** False when nobody ever reported for a project of this name. */
  projectExists: boolean;
}

type Row = AsOf & { total: number; project_exists: boolean } & Joined<TaskSummaryRow>;

/** A page of one project's tasks, newest first. */
export function selectProjectTasks(project: string, filter: TaskFilter): Select<ProjectTasks> {
  const { status, limit, offset } = filter;
  return async (reader, generation) => {
    const table = generationTable('tasks', generation);
    const rows = await reader.query<Row>({
      name: `select-project-tasks-${table}-${status === undefined ? 'all' : 'status'}`,
      text: pageStatement(table, status === undefined ? '' : 'AND status = ANY ($5)'),
      values: [generation, limit, offset, project, ...(status === undefined ? [] : [status])],
    });
    const page = pageOf<TaskSummaryRow, TaskSummary>(rows, summaryOf);
    if (page === undefined) return undefined;
    return { ...page, value: { ...page.value, projectExists: rows[0]?.project_exists === true } };
  };
}

/** A project exists by its tasks: every event that makes one makes a task. */
function pageStatement(table: string, condition: '' | 'AND status = ANY ($5)'): string {
  return `
    SELECT g.position AS as_of, n.total, x.project_exists, t.*
    FROM projection.generations g
    CROSS JOIN (SELECT EXISTS (SELECT FROM ${table} WHERE project = $4) AS project_exists) x
    CROSS JOIN (SELECT count(*) AS total FROM ${table} WHERE project = $4 ${condition}) n
    LEFT JOIN LATERAL (
      SELECT ${SUMMARY_COLUMNS} FROM ${table} WHERE project = $4 ${condition}
      ORDER BY id DESC LIMIT $2 OFFSET $3
    ) t ON true
    WHERE g.id = $1 AND g.state = 'active'
    ORDER BY t.id DESC`;
}
