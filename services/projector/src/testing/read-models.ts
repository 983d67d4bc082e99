/** Read models out of their tables, as they were at a position, and the same of tasks that a plain fold gives. */
import { foldText, type Project, type Task } from '@att/contracts';
import {
  generationTable,
  heldAt,
  joinMetadata,
  MESSAGE_STRETCHES,
  metadataAt,
  OPEN_END,
  type ProjectionName,
  READ_MODELS,
} from '@att/platform/projections';
import type { Pool } from 'pg';
import { searchText } from '../projections/tasks/search-keys.js';
import { taskText } from '../projections/tasks/task-texts.js';
import { statsOf } from './plain-fold.js';

/** Id of the generation that serves. */
async function activeGeneration(pool: Pool, projection: ProjectionName): Promise<number> {
  const { rows } = await pool.query(
    "SELECT id FROM projection.generations WHERE projection = $1 AND state = 'active'",
    [projection],
  );
  return rows[0].id;
}

type TaskTables = Record<keyof typeof READ_MODELS.tasks, string>;

export async function taskTablesOf(pool: Pool): Promise<TaskTables> {
  const id = await activeGeneration(pool, 'tasks');
  const names = Object.keys(READ_MODELS.tasks) as (keyof TaskTables)[];
  return Object.fromEntries(names.map((name) => [name, generationTable(name, id)])) as TaskTables;
}

export async function tasksAt(pool: Pool, tables: TaskTables, position: number): Promise<Task[]> {
  const { rows } = await pool.query(
    `SELECT t.id, t.project, t.project_id, t.task_id, t.created_at, s.title, s.agent, s.status, s.attempt, s.started_at,
            s.finished_at, s.duration_seconds, s.error_type, e.result, e.error_message, e.stack_trace,
            v.progress, p.message, v.updated_at, m.is_truncated, m.changes,
            coalesce(v.late_event, v.valid_from) AS position
     FROM ${tables.tasks} t
     CROSS JOIN LATERAL (
       SELECT * FROM ${tables.task_versions} WHERE id = t.id AND valid_from <= $1 ORDER BY valid_from DESC LIMIT 1
     ) v
     LEFT JOIN ${tables.task_versions} p ON p.id = t.id AND p.valid_from = v.message_from
     LEFT JOIN LATERAL (${metadataAt(tables.task_metadata, 't.id', ['valid_from <= $1'])}) m ON true
     JOIN ${tables.task_spans} s ON s.id = t.id AND s.valid_from <= $1 AND $1 < s.valid_to
     LEFT JOIN ${tables.task_spans} e ON e.id = t.id AND e.valid_from = s.end_from
     ORDER BY t.id`,
    [position],
  );
  return rows.map(({ is_truncated, changes, ...row }) => ({
    ...row,
    result: row.result === null ? null : JSON.parse(row.result),
    metadata: joinMetadata(changes ?? ['{}']),
    metadata_truncated: is_truncated ?? false,
  }));
}

export async function spansAt(pool: Pool, { task_spans }: TaskTables, position: number) {
  const { rows } = await pool.query(
    `SELECT id, project, agent, status, title_key, duration_seconds FROM ${task_spans}
     WHERE valid_from <= $1 AND $1 < valid_to ORDER BY id`,
    [position],
  );
  return rows;
}

export const spanOf = ({ id, project, agent, status, title, duration_seconds }: Task) => ({
  id,
  project,
  agent,
  status,
  title_key: foldText(title),
  duration_seconds,
});

/** As searches find them: messages by the stretches that are whole, and by versions behind those. */
export async function textsAt(pool: Pool, tables: TaskTables, position: number) {
  const isMessageOf = (id: string, from: string) => `
       ${from} = (SELECT message_from FROM ${tables.task_versions} WHERE id = ${id} AND valid_from <= $1
                  ORDER BY valid_from DESC LIMIT 1)`;
  const { rows } = await pool.query<{ texts: Record<string, string> }>(
    `SELECT json_object_agg(kind, text) AS texts FROM (
       SELECT * FROM (
         SELECT DISTINCT ON (id) id, 'task' AS kind, text FROM ${tables.task_texts}
         WHERE valid_from <= $1 ORDER BY id, valid_from DESC
       ) latest
       UNION ALL
       SELECT u.id, 'message', m.text
       FROM ${tables.task_messages} m CROSS JOIN unnest(m.ids, m.positions) AS u (id, position)
       WHERE ${isMessageOf('u.id', 'u.position')}
       UNION ALL
       SELECT v.id, 'message', v.message_key
       FROM projection.generations g JOIN ${tables.task_versions} v ON v.valid_from > ${MESSAGE_STRETCHES.sqlWholeUpTo('g.position')}
       WHERE g.projection = 'tasks' AND g.state = 'active' AND ${isMessageOf('v.id', 'v.valid_from')}
     ) texts GROUP BY id ORDER BY id`,
    [position],
  );
  return rows.map(({ texts }) => JSON.parse(texts as never));
}

export const textsOf = (task: Task) => ({
  task: taskText(task),
  ...(task.message === null ? {} : { message: searchText(task.message) }),
});

export async function countsAt(pool: Pool, { task_counts }: TaskTables, position: number) {
  const generation = await activeGeneration(pool, 'tasks');
  const held = heldAt({
    table: 'task_counts',
    generation,
    key: 'kind = k.kind AND value = k.value',
    at: '$1::bigint',
  });
  const { rows } = await pool.query(
    `SELECT k.kind, k.value, c.total FROM (SELECT DISTINCT kind, value FROM ${task_counts}) k
     CROSS JOIN LATERAL (${held}) c`,
    [position],
  );
  return Object.fromEntries(
    rows.filter(({ total }) => total > 0).map(({ kind, value, total }) => [`${kind} ${value}`, total]),
  );
}

export function countsOf(tasks: readonly Task[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { project, status, agent } of tasks) {
    for (const key of ['all ', `project ${project}`, `status ${status}`, `agent ${agent}`]) {
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}

export async function readProjects(pool: Pool): Promise<Project[]> {
  const { rows } = await pool.query(
    `SELECT id, name, created_at, updated_at, total AS total_tasks, active AS active_tasks,
            completed AS completed_tasks, failed AS failed_tasks
     FROM ${generationTable('projects', await activeGeneration(pool, 'projects'))} ORDER BY id`,
  );
  return rows;
}

export async function readStats(pool: Pool) {
  const held = heldAt({
    table: 'stats_versions',
    generation: await activeGeneration(pool, 'stats'),
    key: "project = '' AND agent = ''",
    at: String(OPEN_END),
  });
  const { rows } = await pool.query(
    `SELECT total AS total_tasks, active AS active_tasks, completed AS completed_tasks, failed AS failed_tasks,
            durations, duration_micros::text AS micros
     FROM (${held}) s`,
  );
  return rows[0] ?? statsOf([]);
}
