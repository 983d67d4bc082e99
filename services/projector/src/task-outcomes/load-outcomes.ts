import { textArray } from '@att/platform/postgres';
import type { TaskOutcome } from '../fold/task-outcome.js';
import type { Loader } from '../rows/loader.js';

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
