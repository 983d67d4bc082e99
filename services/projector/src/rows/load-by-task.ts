import { textArray } from '@att/platform/postgres';
import type { QueryResultRow } from 'pg';
import type { Loader } from './loader.js';

/** The rows of a table with a row a task, for those tasks that it has. */
export async function loadByTask<Row extends QueryResultRow>(
  loader: Loader,
  table: string,
  tasks: readonly { project: string; task_id: string }[],
): Promise<Row[]> {
  const { rows } = await loader.query<Row>({
    name: `load-${table}`,
    text: `
      SELECT t.*
      FROM unnest($1::text[], $2::text[]) AS k (project, task_id)
      JOIN ${table} t USING (project, task_id)`,
    values: [textArray(tasks.map((task) => task.project)), textArray(tasks.map((task) => task.task_id))],
  });
  return rows;
}
