/** Columns that the tables of several counting projections have. */
import type { Table } from './table.js';

/** Numbers of tasks. */
export const COUNTS = { total: 'bigint', active: 'bigint', completed: 'bigint', failed: 'bigint' } as const;

/** Durations of completed tasks: how many there are, and their sum in whole microseconds. */
export const DURATIONS = { durations: 'bigint', duration_micros: 'numeric' } as const;

/** Columns of a table with one row for each key, which is updated in place. */
export function notNull<const Types extends Readonly<Record<string, string>>>(types: Types) {
  const declared = Object.entries(types).map(([name, type]) => [name, `${type} NOT NULL`]);
  return Object.fromEntries(declared) as { readonly [Name in keyof Types]: `${Types[Name]} NOT NULL` };
}

/** Outcome of each task after each event that changed it: what counts of the task. */
export const TASK_OUTCOMES = {
  columns: {
    project: 'text NOT NULL',
    task_id: 'text NOT NULL',
    valid_from: 'bigint NOT NULL',
    agent: 'text NOT NULL',
    status: 'text NOT NULL',
    attempt: 'bigint NOT NULL',
    started_at: 'timestamptz(3)',
    finished_at: 'timestamptz(3)',
    duration_seconds: 'float8',
  },
} as const satisfies Table;
