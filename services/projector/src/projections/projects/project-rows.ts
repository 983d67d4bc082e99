import { foldText } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import { bigint, tableColumns, text, time } from '../../rows/column.js';
import type { Loader } from '../../rows/loader.js';
import { type Change, runOf } from '../../rows/runs.js';
import { overwriting, upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
import { lastRun, runColumns } from '../../rows/write-runs.js';
import { COUNT_COLUMNS, type Counts } from '../../task-outcomes/counts.js';

export interface ProjectRow extends Counts, Change<ProjectRow> {
  id: number;
  name: string;
  present_from: number;
  created_at: string;
  updated_at: string;
}

/** Field by field, for the reason that `evolve` copies a task so. */
export function copyOf(row: ProjectRow): ProjectRow {
  return {
    id: row.id,
    name: row.name,
    present_from: row.present_from,
    created_at: row.created_at,
    updated_at: row.updated_at,
    total: row.total,
    active: row.active,
    completed: row.completed,
    failed: row.failed,
    valid_from: row.valid_from,
    run: row.run,
  };
}

export async function loadProjects(
  loader: Loader,
  { projects, versions }: { projects: string; versions: string },
  names: readonly string[],
): Promise<ProjectRow[]> {
  const { rows } = await loader.query<Omit<ProjectRow, 'run'> & { first: number; length: number }>({
    name: `load-${projects}`,
    text: `
      SELECT o.id, name, present_from, created_at, o.updated_at, o.total, o.active, o.completed, o.failed,
             0 AS valid_from, r.first, r.length
      FROM ${projects} o
      CROSS JOIN LATERAL (${lastRun(versions, 'id = o.id')}
      ) r
      WHERE name = ANY ($1::text[])`,
    values: [textArray(names)],
  });
  return rows.map(({ first, length, ...row }) => ({ ...row, run: runOf(first, length) }));
}

const MOVING = { updated_at: time((row: ProjectRow) => row.updated_at), ...COUNT_COLUMNS };

const COLUMNS = tableColumns<'projects', ProjectRow>({
  id: bigint((row) => row.id),
  name: text((row) => row.name),
  name_key: text((row) => foldText(row.name)),
  present_from: bigint((row) => row.present_from),
  created_at: time((row) => row.created_at),
  ...MOVING,
});

const OVERWRITE = overwriting('id', Object.keys(MOVING));

export function upsertProjects(table: string, rows: readonly ProjectRow[]): Write {
  return upsertRows(table, COLUMNS, rows, OVERWRITE);
}

export const PROJECT_RUNS = runColumns<'project_versions', ProjectRow>(
  { id: bigint((row) => row.id) },
  MOVING,
);
