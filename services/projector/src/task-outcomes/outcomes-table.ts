/** Table of outcomes: its key, its columns, and the look-up of a batch's tasks. */
import { textArray } from '@att/platform/postgres';
import type { TableName } from '@att/platform/projections';
import type { OutcomeVersion, TaskOutcome } from '../fold/task-outcome.js';
import { bigint, copyColumns, float, text, time } from '../rows/column.js';
import type { Key } from '../rows/keys.js';
import type { Loader } from '../rows/loader.js';

/** Key of outcomes. It begins with the most selective column: 200,000 rows were sorted in 100 ms, and in 220 by project first. */
export function outcomesKey(table: TableName): Key {
  return { table, columns: 'task_id, project, valid_from' };
}

export const OUTCOME_COLUMNS = copyColumns<'stats_tasks', OutcomeVersion>({
  project: text(({ after }) => after.project),
  task_id: text(({ after }) => after.task_id),
  valid_from: bigint(({ at }) => at),
  agent: text(({ after }) => after.agent),
  status: text(({ after }) => after.status),
  attempt: bigint(({ after }) => after.attempt),
  started_at: time(({ after }) => after.started_at),
  finished_at: time(({ after }) => after.finished_at),
  duration_seconds: float(({ after }) => after.duration_seconds),
});

/** The latest outcomes of those tasks that have one. */
export async function loadOutcomes(
  loader: Loader,
  table: string,
  tasks: readonly { project: string; task_id: string }[],
): Promise<TaskOutcome[]> {
  const { rows } = await loader.query<TaskOutcome>({
    name: `load-${table}`,
    text: `
      SELECT k.project, k.task_id, o.agent, o.status, o.attempt, o.started_at, o.finished_at, o.duration_seconds
      FROM unnest($1::text[], $2::text[]) AS k (project, task_id)
      CROSS JOIN LATERAL (
        SELECT * FROM ${table} t
        WHERE t.project = k.project AND t.task_id = k.task_id ORDER BY valid_from DESC LIMIT 1
      ) o`,
    values: [textArray(tasks.map((task) => task.project)), textArray(tasks.map((task) => task.task_id))],
  });
  return rows;
}
