import { foldText } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import { bigint, type Column, insertRows, text, time, upserting } from '../../insert-rows.js';
import { COUNT_COLUMNS, type Counts } from '../../task-outcomes/counts.js';
import { DURATION_COLUMNS, type Durations } from '../../task-outcomes/durations.js';

export interface AgentRow extends Counts, Durations {
  id: number;
  name: string;
  first_seen: string;
  last_seen: string;
}

export interface AgentVersion extends AgentRow {
  valid_from: number;
}

type Stored = Omit<AgentRow, 'durationMicros'> & { duration_micros: string };

export async function loadAgents(
  client: ClientBase,
  table: string,
  names: readonly string[],
): Promise<AgentRow[]> {
  const { rows } = await client.query<Stored>({
    name: `load-${table}`,
    text: `
      SELECT id, name, first_seen, last_seen, total, active, completed, failed, durations,
             duration_micros::text AS duration_micros
      FROM ${table} WHERE name = ANY ($1::text[])`,
    values: [textArray(names)],
  });
  return rows.map(({ duration_micros, ...row }) => ({ ...row, durationMicros: BigInt(duration_micros) }));
}

const MOVING = <Row extends AgentRow>(): Column<Row>[] => [
  time('last_seen', (row) => row.last_seen),
  ...COUNT_COLUMNS,
  ...DURATION_COLUMNS,
];

const COLUMNS: Column<AgentRow>[] = [
  bigint('id', (row) => row.id),
  text('name', (row) => row.name),
  text('name_key', (row) => foldText(row.name)),
  time('first_seen', (row) => row.first_seen),
  ...MOVING<AgentRow>(),
];

const OVERWRITE = upserting(
  'id',
  MOVING<AgentRow>().map(({ name }) => name),
);

export async function writeAgents(
  client: ClientBase,
  table: string,
  rows: readonly AgentRow[],
): Promise<void> {
  await insertRows(client, table, COLUMNS, rows, OVERWRITE);
}

const VERSION_COLUMNS: Column<AgentVersion>[] = [
  bigint('id', (row) => row.id),
  bigint('valid_from', (row) => row.valid_from),
  ...MOVING<AgentVersion>(),
];

export async function writeAgentVersions(
  client: ClientBase,
  table: string,
  versions: readonly AgentVersion[],
): Promise<void> {
  await insertRows(client, table, VERSION_COLUMNS, versions);
}
