import { textArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import type { TaskOutcome } from './task-outcome.js';

export async function loadOutcomes(
  client: ClientBase,
  table: string,
  keys: readonly { project: string; task_id: string }[],
): Promise<TaskOutcome[]> {
  const { rows } = await client.query<TaskOutcome>({
    name: `load-${table}`,
    text: `
      SELECT t.*
      FROM unnest($1::text[], $2::text[]) AS k (project, task_id)
      JOIN ${table} t USING (project, task_id)`,
    values: [textArray(keys.map((key) => key.project)), textArray(keys.map((key) => key.task_id))],
  });
  return rows;
}
