import { foldText } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import { bigint, type Column, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Loader } from '../../rows/loader.js';
import { overwriting, upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
import { COUNT_COLUMNS, type Counts } from '../../task-outcomes/counts.js';
import { DURATION_COLUMNS, type Durations } from '../../task-outcomes/durations.js';

export interface AgentRow extends Counts, Durations {
  id: number;
  name: string;
  present_from: number;
  first_seen: string;
  last_seen: string;
  /** Position from which on it is so. */
  valid_from: number;
}

type Stored = Omit<AgentRow, 'durationMicros'> & { duration_micros: string };

export async function loadAgents(
  loader: Loader,
  table: string,
  names: readonly string[],
): Promise<AgentRow[]> {
  const { rows } = await loader.query<Stored>({
    name: `load-${table}`,
    text: `
      SELECT id, name, present_from, first_seen, last_seen, total, active, completed, failed, durations,
             duration_micros::text AS duration_micros, 0 AS valid_from
      FROM ${table} WHERE name = ANY ($1::text[])`,
    values: [textArray(names)],
  });
  return rows.map(({ duration_micros, ...row }) => ({ ...row, durationMicros: BigInt(duration_micros) }));
}

const MOVING: Column<AgentRow>[] = [
  time('last_seen', (row) => row.last_seen),
  ...COUNT_COLUMNS,
  ...DURATION_COLUMNS,
];

const COLUMNS: Column<AgentRow>[] = [
  bigint('id', (row) => row.id),
  text('name', (row) => row.name),
  text('name_key', (row) => foldText(row.name)),
  bigint('present_from', (row) => row.present_from),
  time('first_seen', (row) => row.first_seen),
  ...MOVING,
];

const OVERWRITE = overwriting(
  'id',
  MOVING.map(({ name }) => name),
);

export function writingAgents(table: string, rows: readonly AgentRow[]): Write {
  return upsertRows(table, COLUMNS, rows, OVERWRITE);
}

const VERSION_COLUMNS: Column<AgentRow>[] = [
  bigint('id', (row) => row.id),
  bigint('valid_from', (row) => row.valid_from),
  ...MOVING,
];

export function writingVersions(table: string, versions: readonly AgentRow[]): Write {
  return copyRows(table, VERSION_COLUMNS, versions);
}
