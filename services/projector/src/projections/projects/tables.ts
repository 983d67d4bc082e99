import { generationTable } from '@att/platform/projections';
import { outcomesTable } from '../../task-outcomes/index.js';

export function tables(generation: number): string {
  const counts = `total      bigint NOT NULL,
      active     bigint NOT NULL,
      completed  bigint NOT NULL,
      failed     bigint NOT NULL`;
  return `
    CREATE TABLE ${generationTable('projects', generation)} (
      id         bigint PRIMARY KEY,
      name       text NOT NULL UNIQUE,
      -- The name as searches and orders see it.
      name_key   text COLLATE "C" NOT NULL,
      -- From which position on it is there: past its id where its first event was applied late.
      present_from bigint NOT NULL,
      created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL,
      ${counts}
    ) WITH (fillfactor = 50);
    -- The project after each event that changed it, from that event's position until the project's next row.
    CREATE TABLE ${generationTable('project_versions', generation)} (
      id         bigint NOT NULL,
      valid_from bigint NOT NULL,
      updated_at timestamptz(3) NOT NULL,
      ${counts}
    );
    ${outcomesTable(generationTable('projects_tasks', generation))}`;
}

export function indexes(generation: number): readonly string[] {
  return [`CREATE UNIQUE INDEX ON ${generationTable('project_versions', generation)} (id, valid_from)`];
}
