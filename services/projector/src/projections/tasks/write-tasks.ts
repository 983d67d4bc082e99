import type { Task } from '@att/contracts';
import { float8Array, int8Array, jsonArray, textArray, timestampArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import { millisOf } from '../../millis-of.js';
import { splitByBytes } from './split-by-bytes.js';
import { taskBytes } from './task-bytes.js';

/** The columns that events change, in the order of the statement's arrays; `id` and identity never do. */
const CHANGING = [
  'title',
  'agent',
  'status',
  'progress',
  'message',
  'attempt',
  'updated_at',
  'started_at',
  'finished_at',
  'duration_seconds',
  'result',
  'error_type',
  'error_message',
  'stack_trace',
  'metadata',
  'position',
] as const;

/** Bytes of one statement: tasks may have results and stack traces of a MiB. */
const MAX_BYTES = 16 * 1024 * 1024;

export async function writeTasks(client: ClientBase, table: string, tasks: readonly Task[]): Promise<void> {
  for (const part of splitByBytes(tasks, taskBytes, MAX_BYTES)) await upsert(client, table, part);
}

async function upsert(client: ClientBase, table: string, tasks: readonly Task[]): Promise<void> {
  const text = (field: (task: Task) => string | null) => textArray(tasks.map(field));
  const time = (field: (task: Task) => string | null) =>
    timestampArray(tasks.map((task) => millisOf(field(task))));
  await client.query({
    name: `write-${table}`,
    text: `
      INSERT INTO ${table} (id, project, project_id, task_id, created_at, ${CHANGING.join(', ')})
      SELECT * FROM unnest(
        $1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[],
        $6::text[], $7::text[], $8::text[], $9::float8[], $10::text[], $11::bigint[],
        $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::float8[], $16::json[],
        $17::text[], $18::text[], $19::text[], $20::json[], $21::bigint[])
      ON CONFLICT (id) DO UPDATE SET ${CHANGING.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    values: [
      int8Array(tasks.map((task) => task.id)),
      text((task) => task.project),
      int8Array(tasks.map((task) => task.project_id)),
      text((task) => task.task_id),
      time((task) => task.created_at),
      text((task) => task.title),
      text((task) => task.agent),
      text((task) => task.status),
      float8Array(tasks.map((task) => task.progress)),
      text((task) => task.message),
      int8Array(tasks.map((task) => task.attempt)),
      time((task) => task.updated_at),
      time((task) => task.started_at),
      time((task) => task.finished_at),
      float8Array(tasks.map((task) => task.duration_seconds)),
      jsonArray(tasks.map((task) => (task.result === null ? null : JSON.stringify(task.result)))),
      text((task) => task.error_type),
      text((task) => task.error_message),
      text((task) => task.stack_trace),
      jsonArray(tasks.map((task) => JSON.stringify(task.metadata))),
      int8Array(tasks.map((task) => task.position)),
    ],
  });
}
