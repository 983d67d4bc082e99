import type { Project } from '@att/contracts';

/** Project of a row, without the columns of its order. */
export function projectOf(row: Project): Project {
  return {
    id: row.id,
    name: row.name,
    created_at: row.created_at,
    updated_at: row.updated_at,
    total_tasks: row.total_tasks,
    active_tasks: row.active_tasks,
    completed_tasks: row.completed_tasks,
    failed_tasks: row.failed_tasks,
  };
}
