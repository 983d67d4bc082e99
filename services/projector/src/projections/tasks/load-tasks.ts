import type { Task } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import { joinMetadata, metadataAt } from '@att/platform/projections';
import type { Loader } from '../../rows/loader.js';
import type { TaskMemory } from './task-memory.js';
import { historyOf, NO_METADATA } from './task-metadata.js';

type Row = Omit<Task, 'result' | 'metadata' | 'metadata_truncated'> & {
  result: string | null;
  present_from: number;
  valid_from: number;
  span_from: number;
  end_from: number | null;
  message_from: number | null;
  /** Null where it has no metadata, and with it the two after it. */
  whole_from: number | null;
  is_truncated: boolean | null;
  changes: string[] | null;
};

export interface TaskTables {
  tasks: string;
  versions: string;
  spans: string;
  metadata: string;
}

/**
 * Tasks as their latest versions and their open spans have them. Each is looked up by itself: a plain join to tables of
 * which no statistics tell yet was made by reading all of them, for each batch.
 */
export async function loadTasks(
  loader: Loader,
  { tasks, versions, spans, metadata }: TaskTables,
  keys: readonly { project: string; task_id: string }[],
): Promise<TaskMemory[]> {
  const { rows } = await loader.query<Row>({
    name: `load-${tasks}`,
    text: `
      SELECT t.id, t.project, t.project_id, t.task_id, t.created_at, t.present_from, v.valid_from, s.valid_from AS span_from,
             coalesce(v.late_event, v.valid_from) AS position, v.progress, p.message, v.updated_at, v.message_from,
             s.title, s.agent, s.status, s.attempt, s.started_at, s.finished_at, s.duration_seconds, s.error_type, s.end_from,
             e.result, e.error_message, e.stack_trace, m.whole_from, m.is_truncated, m.changes
      FROM unnest($1::text[], $2::text[]) AS k (project, task_id)
      CROSS JOIN LATERAL (
        SELECT * FROM ${tasks} WHERE project = k.project AND task_id = k.task_id LIMIT 1
      ) t
      CROSS JOIN LATERAL (
        SELECT * FROM ${versions} WHERE id = t.id ORDER BY valid_from DESC LIMIT 1
      ) v
      LEFT JOIN LATERAL (
        SELECT message FROM ${versions} WHERE id = t.id AND valid_from = v.message_from LIMIT 1
      ) p ON true
      CROSS JOIN LATERAL (
        SELECT * FROM ${spans} WHERE id = t.id ORDER BY valid_from DESC LIMIT 1
      ) s
      LEFT JOIN LATERAL (
        SELECT result, error_message, stack_trace FROM ${spans} WHERE id = t.id AND valid_from = s.end_from LIMIT 1
      ) e ON true
      LEFT JOIN LATERAL (${metadataAt(metadata, 't.id', [])}
      ) m ON true`,
    values: [textArray(keys.map((key) => key.project)), textArray(keys.map((key) => key.task_id))],
  });
  return rows.map(memoryOf);
}

function memoryOf({
  project_id,
  present_from,
  valid_from,
  span_from,
  end_from,
  message_from,
  whole_from,
  is_truncated,
  changes,
  ...row
}: Row): TaskMemory {
  return {
    task: {
      ...row,
      result: row.result === null ? null : JSON.parse(row.result),
      metadata: joinMetadata(changes ?? ['{}']),
      metadata_truncated: is_truncated ?? false,
    },
    projectId: project_id,
    presentFrom: present_from,
    validFrom: valid_from,
    spanFrom: span_from,
    endFrom: end_from,
    metadata: whole_from === null ? NO_METADATA : historyOf(whole_from, changes ?? []),
    messageFrom: message_from,
  };
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
