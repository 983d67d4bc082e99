import { foldText } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import { bigint, type Column, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Loader } from '../../rows/loader.js';
import { overwriting, upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
import { COUNT_COLUMNS, type Counts } from '../../task-outcomes/counts.js';

export interface ProjectRow extends Counts {
  id: number;
  name: string;
  present_from: number;
  created_at: string;
  updated_at: string;
  /** Position from which on it is so. */
  valid_from: number;
}

export async function loadProjects(
  loader: Loader,
  table: string,
  names: readonly string[],
): Promise<ProjectRow[]> {
  const { rows } = await loader.query<ProjectRow>({
    name: `load-${table}`,
    text: `
      SELECT id, name, present_from, created_at, updated_at, total, active, completed, failed, 0 AS valid_from
      FROM ${table} WHERE name = ANY ($1::text[])`,
    values: [textArray(names)],
  });
  return rows;
}

const MOVING: Column<ProjectRow>[] = [time('updated_at', (row) => row.updated_at), ...COUNT_COLUMNS];

const COLUMNS: Column<ProjectRow>[] = [
  bigint('id', (row) => row.id),
  text('name', (row) => row.name),
  text('name_key', (row) => foldText(row.name)),
  bigint('present_from', (row) => row.present_from),
  time('created_at', (row) => row.created_at),
  ...MOVING,
];

const OVERWRITE = overwriting(
  'id',
  MOVING.map(({ name }) => name),
);

export function writingProjects(table: string, rows: readonly ProjectRow[]): Write {
  return upsertRows(table, COLUMNS, rows, OVERWRITE);
}

const VERSION_COLUMNS: Column<ProjectRow>[] = [
  bigint('id', (row) => row.id),
  bigint('valid_from', (row) => row.valid_from),
  ...MOVING,
];

export function writingVersions(table: string, versions: readonly ProjectRow[]): Write {
  return copyRows(table, VERSION_COLUMNS, versions);
}
