/** Tables of `stats`. */
import { COUNTS, DURATIONS, notNull, TASK_OUTCOMES } from './counts.js';
import { runTable, type Table } from './table.js';

/** Sums of what happened in each minute, hour and day. */
const series = {
  columns: {
    bucket_size: 'text NOT NULL',
    bucket: 'timestamptz(3) NOT NULL',
    project: 'text NOT NULL',
    agent: 'text NOT NULL',
    started: 'bigint NOT NULL',
    progressed: 'bigint NOT NULL',
    completed: 'bigint NOT NULL',
    failed: 'bigint NOT NULL',
    ...notNull(DURATIONS),
    first_position: 'bigint NOT NULL',
    last_position: 'bigint NOT NULL',
  },
  primaryKey: ['bucket_size', 'bucket', 'project', 'agent'],
  fillfactor: 70,
} as const satisfies Table;

/** Step codes by chunks of the log, one for each event, from which the counts of a bucket up to any position in it follow. */
const series_steps = {
  columns: { chunk: 'bigint NOT NULL', codes: 'text NOT NULL' },
  primaryKey: ['chunk'],
} as const satisfies Table;

/** Duration that the event at the position brought. */
const series_durations = {
  columns: { position: 'bigint NOT NULL', duration_micros: 'numeric NOT NULL' },
} as const satisfies Table;

/** Agent that the event at the position counts for, where the log does not name it. */
const series_agents = {
  columns: { position: 'bigint NOT NULL', agent: 'text NOT NULL' },
} as const satisfies Table;

/** Events that took effect after they happened, at `valid_from`: the three tables above have none of them. */
const series_late = {
  columns: {
    valid_from: 'bigint NOT NULL',
    position: 'bigint NOT NULL',
    recorded_at: 'timestamptz(3) NOT NULL',
    project: 'text NOT NULL',
    agent: 'text NOT NULL',
    kind: 'text NOT NULL',
    duration_micros: 'numeric',
  },
} as const satisfies Table;

export const STATS_TABLES = {
  /** Stats of each scope that they can be asked for, from each change on. An empty project or agent stands for all. */
  stats_versions: runTable(
    { project: 'text', agent: 'text' },
    { projects: 'bigint', ...COUNTS, ...DURATIONS },
  ),
  series,
  series_steps,
  series_durations,
  series_agents,
  series_late,
  stats_tasks: TASK_OUTCOMES,
};
