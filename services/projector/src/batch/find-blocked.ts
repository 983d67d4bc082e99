import { textArray } from '@att/platform/postgres';
import type { TaskName } from '../fold/task-name.js';
import type { Loader } from '../rows/loader.js';

/** Blocked tasks among some tasks. */
export async function findBlocked(
  loader: Loader,
  generation: number,
  tasks: readonly TaskName[],
): Promise<TaskName[]> {
  const { rows } = await loader.query<TaskName>({
    name: 'find-blocked',
    text: `
      SELECT project, task_id
      FROM unnest($2::text[], $3::text[]) AS k (project, task_id)
      JOIN projection.dead_letters d USING (project, task_id)
      WHERE d.generation = $1`,
    values: [
      generation,
      textArray(tasks.map(({ project }) => project)),
      textArray(tasks.map(({ task_id }) => task_id)),
    ],
  });
  return rows;
}
