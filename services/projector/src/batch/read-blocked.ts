import type { Pool } from 'pg';
import type { TaskName } from '../fold/task-name.js';

/** Blocked tasks of a generation, in no order. @param limit how many at most */
export async function readBlocked(pool: Pool, generation: number, limit: number): Promise<TaskName[]> {
  const { rows } = await pool.query<TaskName>({
    name: 'read-blocked',
    text: 'SELECT project, task_id FROM projection.dead_letters WHERE generation = $1 LIMIT $2',
    values: [generation, limit],
  });
  return rows;
}
