import { textArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import { bigint, type Column, insertRows, text } from '../../insert-rows.js';
import { COUNT_COLUMNS, type Counts } from '../../task-outcomes/counts.js';
import { DURATION_COLUMNS, type Durations } from '../../task-outcomes/durations.js';

/** What stats are narrowed to; an empty text stands for all. */
export interface Scope {
  project: string;
  agent: string;
}

export interface StatsRow extends Scope, Counts, Durations {
  /** Projects that have tasks in the scope. */
  projects: number;
}

export interface StatsVersion extends StatsRow {
  valid_from: number;
}

type Stored = Omit<StatsRow, 'durationMicros'> & { duration_micros: string };

/** The latest row of each scope that has one. */
export async function loadStats(
  client: ClientBase,
  table: string,
  scopes: readonly Scope[],
): Promise<StatsRow[]> {
  const { rows } = await client.query<Stored>({
    name: `load-${table}`,
    text: `
      SELECT k.project, k.agent, s.projects, s.total, s.active, s.completed, s.failed, s.durations,
             s.duration_micros::text AS duration_micros
      FROM unnest($1::text[], $2::text[]) AS k (project, agent)
      CROSS JOIN LATERAL (
        SELECT * FROM ${table} WHERE project = k.project AND agent = k.agent ORDER BY valid_from DESC LIMIT 1
      ) s`,
    values: [textArray(scopes.map(({ project }) => project)), textArray(scopes.map(({ agent }) => agent))],
  });
  return rows.map(({ duration_micros, ...row }) => ({ ...row, durationMicros: BigInt(duration_micros) }));
}

const COLUMNS: Column<StatsVersion>[] = [
  text('project', (row) => row.project),
  text('agent', (row) => row.agent),
  bigint('valid_from', (row) => row.valid_from),
  bigint('projects', (row) => row.projects),
  ...COUNT_COLUMNS,
  ...DURATION_COLUMNS,
];

export async function writeStats(
  client: ClientBase,
  table: string,
  versions: readonly StatsVersion[],
): Promise<void> {
  await insertRows(client, table, COLUMNS, versions);
}
