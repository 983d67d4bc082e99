import type { TaskSummary } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import { type AsOf, type Joined, type Page, pageOf } from '../read-model/snapshot.js';
import { SUMMARY_COLUMNS, summaryOf, type TaskSummaryRow } from './task-row.js';

export interface TaskFilter {
  /** Any of these words; undefined: any status. */
  status: readonly string[] | undefined;
  limit: number;
  offset: number;
}

/** A page of the tasks of all projects, newest first. */
export function selectTasks({ status, limit, offset }: TaskFilter): Select<Page<TaskSummary>> {
  return async (reader, generation) => {
    const table = generationTable('tasks', generation);
    const rows = await reader.query<AsOf & { total: number } & Joined<TaskSummaryRow>>({
      name: `select-tasks-${table}-${status === undefined ? 'all' : 'status'}`,
      text: pageStatement(table, status === undefined ? 'true' : 'status = ANY ($4)'),
      values: [generation, limit, offset, ...(status === undefined ? [] : [status])],
    });
    return pageOf<TaskSummaryRow, TaskSummary>(rows, summaryOf);
  };
}

/** Two plans, not one with `$4 IS NULL OR …`, which no index would serve. */
function pageStatement(table: string, condition: 'true' | 'status = ANY ($4)'): string {
  return `
    SELECT g.position AS as_of, n.total, t.*
    FROM projection.generations g
    CROSS JOIN (SELECT count(*) AS total FROM ${table} WHERE ${condition}) n
    LEFT JOIN LATERAL (
      SELECT ${SUMMARY_COLUMNS} FROM ${table} WHERE ${condition} ORDER BY id DESC LIMIT $2 OFFSET $3
    ) t ON true
    WHERE g.id = $1 AND g.state = 'active'
    ORDER BY t.id DESC`;
}
