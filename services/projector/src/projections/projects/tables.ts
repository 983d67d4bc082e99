import { generationTable } from '@att/platform/projections';
import { outcomesTable } from '../../task-outcomes/index.js';

export function tables(generation: number): string {
  const counts = (array: '' | '[]') => `updated_at timestamptz(3)${array} NOT NULL,
      total      bigint${array} NOT NULL,
      active     bigint${array} NOT NULL,
      completed  bigint${array} NOT NULL,
      failed     bigint${array} NOT NULL`;
  return `
    CREATE TABLE ${generationTable('projects', generation)} (
      id         bigint PRIMARY KEY,
      name       text NOT NULL UNIQUE,
      -- The name as searches and orders see it.
      name_key   text COLLATE "C" NOT NULL,
      -- From which position on it is there: past its id where its first event was applied late.
      present_from bigint NOT NULL,
      created_at timestamptz(3) NOT NULL,
      ${counts('')}
    ) WITH (fillfactor = 50);
    -- The project after each event that changed it, from that event's position until its next change, in runs.
    CREATE TABLE ${generationTable('project_versions', generation)} (
      id         bigint NOT NULL,
      first      bigint NOT NULL,
      valid_from bigint[] NOT NULL,
      ${counts('[]')},
      PRIMARY KEY (id, first)
    ) WITH (fillfactor = 80);
    ${outcomesTable(generationTable('projects_tasks', generation))}`;
}
