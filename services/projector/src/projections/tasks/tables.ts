import { generationTable } from '@att/platform/projections';

/**
 * Rows change often and mostly outside of the indexes: room in the page lets such an update leave
 * every index alone (HOT).
 */
export function tables(generation: number): string {
  const tasks = generationTable('tasks', generation);
  return `
    CREATE TABLE ${tasks} (
      id               bigint PRIMARY KEY,
      project          text NOT NULL,
      project_id       bigint NOT NULL,
      task_id          text NOT NULL,
      title            text NOT NULL,
      agent            text NOT NULL,
      status           text NOT NULL,
      progress         double precision NOT NULL,
      message          text,
      attempt          bigint NOT NULL,
      created_at       timestamptz(3) NOT NULL,
      updated_at       timestamptz(3) NOT NULL,
      started_at       timestamptz(3),
      finished_at      timestamptz(3),
      duration_seconds double precision,
      result           json,
      error_type       text,
      error_message    text,
      stack_trace      text,
      metadata         json NOT NULL,
      position         bigint NOT NULL,
      UNIQUE (project, task_id)
    ) WITH (fillfactor = 70);`;
}

export function indexes(generation: number): string {
  const tasks = generationTable('tasks', generation);
  return `
    CREATE INDEX ON ${tasks} (project, id);
    CREATE INDEX ON ${tasks} (status, id);
    CREATE INDEX ON ${tasks} (task_id);`;
}
