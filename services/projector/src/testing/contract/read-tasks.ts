/** Tasks out of their tables, as they were at a position, and the same of the tasks that a plain fold gives. */
import { foldText, type Task } from '@att/contracts';
import { generationTable, heldAt, joinMetadata, MESSAGE_CHUNKS, metadataAt } from '@att/platform/projections';
import type { Pool } from 'pg';
import { searchText } from '../../projections/tasks/search-keys.js';
import { taskText } from '../../projections/tasks/task-texts.js';

export async function readTasks(pool: Pool, generation: number, position: number) {
  return {
    tasks: await tasksAt(pool, generation, position),
    spans: await spansAt(pool, generation, position),
    texts: await textsAt(pool, generation, position),
    counts: await countsAt(pool, generation, position),
  };
}

export const tasksOf = (tasks: readonly Task[]): Awaited<ReturnType<typeof readTasks>> => ({
  tasks: [...tasks],
  spans: tasks.map(({ id, project, agent, status, title, duration_seconds }) => ({
    id,
    project,
    agent,
    status,
    title_key: foldText(title),
    duration_seconds,
  })),
  texts: tasks.map((task) => ({
    task: taskText(task),
    ...(task.message === null ? {} : { message: searchText(task.message) }),
  })),
  counts: totalsOf(tasks),
});

async function tasksAt(pool: Pool, generation: number, position: number): Promise<Task[]> {
  const versions = generationTable('task_versions', generation);
  const spans = generationTable('task_spans', generation);
  const { rows } = await pool.query(
    `SELECT t.id, t.project, t.project_id, t.task_id, t.created_at, s.title, s.agent, s.status, s.attempt, s.started_at,
            s.finished_at, s.duration_seconds, s.error_type, e.result, e.error_message, e.stack_trace,
            v.progress, p.message, v.updated_at, m.is_truncated, m.changes,
            coalesce(v.late_event, v.valid_from) AS position
     FROM ${generationTable('tasks', generation)} t
     CROSS JOIN LATERAL (
       SELECT * FROM ${versions} WHERE id = t.id AND valid_from <= $1 ORDER BY valid_from DESC LIMIT 1
     ) v
     LEFT JOIN ${versions} p ON p.id = t.id AND p.valid_from = v.message_from
     LEFT JOIN LATERAL (${metadataAt(generationTable('task_metadata', generation), 't.id', ['valid_from <= $1'])}) m ON true
     JOIN ${spans} s ON s.id = t.id AND s.valid_from <= $1 AND $1 < s.valid_to
     LEFT JOIN ${spans} e ON e.id = t.id AND e.valid_from = s.end_from
     WHERE t.present_from <= $1
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

async function spansAt(pool: Pool, generation: number, position: number) {
  const { rows } = await pool.query(
    `SELECT id, project, agent, status, title_key, duration_seconds FROM ${generationTable('task_spans', generation)}
     WHERE valid_from <= $1 AND $1 < valid_to ORDER BY id`,
    [position],
  );
  return rows;
}

/** Texts as searches find them: messages by the chunks that are whole, and by versions behind those. */
async function textsAt(pool: Pool, generation: number, position: number) {
  const versions = generationTable('task_versions', generation);
  const isMessageOf = (id: string, from: string) => `
       ${from} = (SELECT message_from FROM ${versions} WHERE id = ${id} AND valid_from <= $1
                  ORDER BY valid_from DESC LIMIT 1)`;
  const { rows } = await pool.query<{ texts: Record<string, string> }>(
    `SELECT json_object_agg(kind, text) AS texts FROM (
       SELECT * FROM (
         SELECT DISTINCT ON (id) id, 'task' AS kind, text FROM ${generationTable('task_texts', generation)}
         WHERE valid_from <= $1 ORDER BY id, valid_from DESC
       ) latest
       UNION ALL
       SELECT u.id, 'message', m.text
       FROM ${generationTable('task_messages', generation)} m
       CROSS JOIN unnest(m.ids, m.positions) AS u (id, position)
       WHERE ${isMessageOf('u.id', 'u.position')}
       UNION ALL
       SELECT v.id, 'message', v.message_key
       FROM projection.generations g JOIN ${versions} v ON v.valid_from > ${MESSAGE_CHUNKS.sqlWholeUpTo('g.position')}
       WHERE g.id = $2 AND ${isMessageOf('v.id', 'v.valid_from')}
     ) texts GROUP BY id ORDER BY id`,
    [position, generation],
  );
  return rows.map(({ texts }) => JSON.parse(texts as never));
}

async function countsAt(pool: Pool, generation: number, position: number): Promise<Record<string, number>> {
  const key = 'kind = k.kind AND value = k.value';
  const { rows } = await pool.query(
    `SELECT k.kind, k.value, c.total
     FROM (SELECT DISTINCT kind, value FROM ${generationTable('task_counts', generation)}) k
     CROSS JOIN LATERAL (${heldAt({ table: 'task_counts', generation, key, at: '$1::bigint' })}) c`,
    [position],
  );
  return Object.fromEntries(
    rows.filter(({ total }) => total > 0).map(({ kind, value, total }) => [`${kind} ${value}`, total]),
  );
}

function totalsOf(tasks: readonly Task[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { project, status, agent } of tasks) {
    for (const key of ['all ', `project ${project}`, `status ${status}`, `agent ${agent}`]) {
      totals[key] = (totals[key] ?? 0) + 1;
    }
  }
  return totals;
}
