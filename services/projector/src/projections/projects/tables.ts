import { generationTable } from '@att/platform/projections';
import { outcomesTable } from '../../task-outcomes/index.js';

export function tables(generation: number): string {
  return `
    CREATE TABLE ${generationTable('projects', generation)} (
      id         bigint PRIMARY KEY,
      name       text NOT NULL UNIQUE,
      created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL,
      total      bigint NOT NULL,
      active     bigint NOT NULL,
      completed  bigint NOT NULL,
      failed     bigint NOT NULL
    ) WITH (fillfactor = 50);
    ${outcomesTable(generationTable('projects_tasks', generation))}`;
}
