import type { Task } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import { loadByTask } from '../../load-by-task.js';
import type { TaskMemory } from './task-memory.js';

type Row = Omit<Task, 'result' | 'metadata'> & {
  result: string | null;
  metadata: string;
  span_from: number;
  metadata_from: number;
};

export async function loadTasks(
  client: ClientBase,
  table: string,
  keys: readonly { project: string; task_id: string }[],
): Promise<TaskMemory[]> {
  const rows = await loadByTask<Row>(client, table, keys);
  return rows.map(({ span_from, metadata_from, ...row }) => ({
    task: {
      ...row,
      result: row.result === null ? null : JSON.parse(row.result),
      metadata: JSON.parse(row.metadata),
    },
    spanFrom: span_from,
    metadataFrom: metadata_from,
  }));
}

/** Ids of the projects that have a task already: the position of their first event. */
export async function loadProjectIds(
  client: ClientBase,
  table: string,
  projects: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ project: string; id: number | null }>({
    name: `load-project-ids-${table}`,
    text: `
      SELECT p.project, (SELECT t.project_id FROM ${table} t WHERE t.project = p.project LIMIT 1) AS id
      FROM unnest($1::text[]) AS p (project)`,
    values: [textArray(projects)],
  });
  return new Map(rows.flatMap(({ project, id }) => (id === null ? [] : [[project, id]])));
}
