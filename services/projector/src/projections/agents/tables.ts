import { generationTable } from '@att/platform/projections';
import { outcomesTable } from '../../task-outcomes/index.js';

export function tables(generation: number): string {
  const counts = (array: '' | '[]') => `last_seen       timestamptz(3)${array} NOT NULL,
      total           bigint${array} NOT NULL,
      active          bigint${array} NOT NULL,
      completed       bigint${array} NOT NULL,
      failed          bigint${array} NOT NULL,
      durations       bigint${array} NOT NULL,
      duration_micros numeric${array} NOT NULL`;
  return `
    CREATE TABLE ${generationTable('agents', generation)} (
      -- Position of the first event that it reported and that was applied.
      id              bigint PRIMARY KEY,
      name            text NOT NULL UNIQUE,
      -- The name as searches and orders see it.
      name_key        text COLLATE "C" NOT NULL,
      -- From which position on it is there: past its id where its first event was applied late.
      present_from    bigint NOT NULL,
      first_seen      timestamptz(3) NOT NULL,
      ${counts('')}
    ) WITH (fillfactor = 50);
    -- The agent after each event that changed it, from that event's position until its next change, in runs.
    CREATE TABLE ${generationTable('agent_versions', generation)} (
      id              bigint NOT NULL,
      first           bigint NOT NULL,
      valid_from      bigint[] NOT NULL,
      ${counts('[]')},
      PRIMARY KEY (id, first)
    ) WITH (fillfactor = 80);
    -- Stretches in which it has tasks of a project; valid_to is not of them, and tasks are those of the open one.
    CREATE TABLE ${generationTable('agent_projects', generation)} (
      id              bigint NOT NULL,
      project         text NOT NULL,
      valid_from      bigint NOT NULL,
      valid_to        bigint NOT NULL,
      tasks           bigint NOT NULL,
      PRIMARY KEY (id, project, valid_from)
    ) WITH (fillfactor = 50);
    ${outcomesTable(generationTable('agents_tasks', generation))}`;
}
