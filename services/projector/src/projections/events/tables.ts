import { generationTable } from '@att/platform/projections';

export function tables(generation: number): string {
  return `
    CREATE TABLE ${generationTable('event_index', generation)} (
      position bigint PRIMARY KEY,
      project  text,
      task_id  text,
      agent    text,
      type     text NOT NULL
    );`;
}

export function indexes(generation: number): string {
  const table = generationTable('event_index', generation);
  return `
    CREATE INDEX ON ${table} (project, position);
    CREATE INDEX ON ${table} (task_id, project, position);
    CREATE INDEX ON ${table} (agent, position);
    CREATE INDEX ON ${table} (type, position);`;
}
