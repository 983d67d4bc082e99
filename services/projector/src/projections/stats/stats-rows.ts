import { textArray } from '@att/platform/postgres';
import { bigint, type Column, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Loader } from '../../rows/loader.js';
import { overwriting, upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
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

export async function loadStats(
  loader: Loader,
  table: string,
  scopes: readonly Scope[],
): Promise<StatsRow[]> {
  const { rows } = await loader.query<Stored>({
    name: `load-${table}`,
    text: `
      SELECT project, agent, projects, total, active, completed, failed, durations,
             duration_micros::text AS duration_micros
      FROM unnest($1::text[], $2::text[]) AS k (project, agent)
      JOIN ${table} USING (project, agent)`,
    values: [textArray(scopes.map(({ project }) => project)), textArray(scopes.map(({ agent }) => agent))],
  });
  return rows.map(({ duration_micros, ...row }) => ({ ...row, durationMicros: BigInt(duration_micros) }));
}

const SCOPE: readonly Column<StatsRow>[] = [
  text('project', (row) => row.project),
  text('agent', (row) => row.agent),
];
const FIGURES: readonly Column<StatsRow>[] = [
  bigint('projects', (row) => row.projects),
  ...COUNT_COLUMNS,
  ...DURATION_COLUMNS,
];
const OVERWRITE = overwriting(
  'project, agent',
  FIGURES.map(({ name }) => name),
);

export function writingStats(table: string, rows: readonly StatsRow[]): Write {
  return upsertRows(table, [...SCOPE, ...FIGURES], rows, OVERWRITE);
}

const VERSION_COLUMNS: readonly Column<StatsVersion>[] = [
  ...SCOPE,
  bigint('valid_from', (row) => row.valid_from),
  ...FIGURES,
];

export function writingVersions(table: string, versions: readonly StatsVersion[]): Write {
  return copyRows(table, VERSION_COLUMNS, versions);
}
