import type { Project } from '@att/contracts';

/** A project as the read model keeps it. */
export interface ProjectRow {
  id: number;
  name: string;
  created_at: string;
  updated_at: string;
  total_tasks: number;
  active_tasks: number;
  completed_tasks: number;
  failed_tasks: number;
}

export const PROJECT_COLUMNS = `id, name, created_at, updated_at,
        total AS total_tasks, active AS active_tasks, completed AS completed_tasks, failed AS failed_tasks`;

export function projectOf(row: ProjectRow): Project {
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
