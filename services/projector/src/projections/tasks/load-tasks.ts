import type { Task } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import type { Loader } from '../../rows/loader.js';
import type { TaskMemory } from './task-memory.js';

type Row = Omit<Task, 'result' | 'metadata'> & {
  result: string | null;
  metadata: string;
  present_from: number;
  valid_from: number;
  span_from: number;
  metadata_from: number;
  message_from: number | null;
};

export interface TaskTables {
  tasks: string;
  versions: string;
  spans: string;
}

/**
 * Tasks as their latest versions and their open spans have them. Each is looked up by itself: a plain join to tables of
 * which no statistics tell yet was made by reading all of them, for each batch.
 */
export async function loadTasks(
  loader: Loader,
  { tasks, versions, spans }: TaskTables,
  keys: readonly { project: string; task_id: string }[],
): Promise<TaskMemory[]> {
  const { rows } = await loader.query<Row>({
    name: `load-${tasks}`,
    text: `
      SELECT t.id, t.project, t.project_id, t.task_id, t.created_at, t.present_from, v.valid_from, s.valid_from AS span_from,
             coalesce(v.late_event, v.valid_from) AS position, v.progress, v.message, v.updated_at, v.metadata_from, v.message_from, v.metadata_truncated, m.metadata,
             s.title, s.agent, s.status, s.attempt, s.started_at, s.finished_at, s.duration_seconds, s.result,
             s.error_type, s.error_message, s.stack_trace
      FROM unnest($1::text[], $2::text[]) AS k (project, task_id)
      CROSS JOIN LATERAL (
        SELECT * FROM ${tasks} WHERE project = k.project AND task_id = k.task_id LIMIT 1
      ) t
      CROSS JOIN LATERAL (
        SELECT * FROM ${versions} WHERE id = t.id ORDER BY valid_from DESC LIMIT 1
      ) v
      CROSS JOIN LATERAL (
        SELECT metadata FROM ${versions} WHERE id = t.id AND valid_from = v.metadata_from LIMIT 1
      ) m
      CROSS JOIN LATERAL (
        SELECT * FROM ${spans} WHERE id = t.id ORDER BY valid_from DESC LIMIT 1
      ) s`,
    values: [textArray(keys.map((key) => key.project)), textArray(keys.map((key) => key.task_id))],
  });
  return rows.map(
    ({ project_id, present_from, valid_from, span_from, metadata_from, message_from, ...row }) => ({
      task: {
        ...row,
        result: row.result === null ? null : JSON.parse(row.result),
        metadata: JSON.parse(row.metadata),
      },
      projectId: project_id,
      presentFrom: present_from,
      validFrom: valid_from,
      spanFrom: span_from,
      metadataFrom: metadata_from,
      messageFrom: message_from,
    }),
  );
}

/** Ids of the projects that have a task already: the position of their first event. */
export async function loadProjectIds(
  loader: Loader,
  table: string,
  projects: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await loader.query<{ project: string; id: number | null }>({
    name: `load-project-ids-${table}`,
    text: `
      SELECT p.project, (SELECT t.project_id FROM ${table} t WHERE t.project = p.project LIMIT 1) AS id
      FROM unnest($1::text[]) AS p (project)`,
    values: [textArray(projects)],
  });
  return new Map(rows.flatMap(({ project, id }) => (id === null ? [] : [[project, id]])));
}
