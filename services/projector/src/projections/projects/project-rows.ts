import { int8Array, textArray, timestampArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import type { Counts } from '../../task-outcomes/counts.js';

export interface ProjectRow extends Counts {
  id: number;
  name: string;
  created_at: string;
  updated_at: string;
}

export async function loadProjects(
  client: ClientBase,
  table: string,
  names: readonly string[],
): Promise<ProjectRow[]> {
  const { rows } = await client.query<ProjectRow>({
    name: `load-${table}`,
    text: `SELECT * FROM ${table} WHERE name = ANY ($1::text[])`,
    values: [textArray(names)],
  });
  return rows;
}

export async function writeProjects(
  client: ClientBase,
  table: string,
  rows: readonly ProjectRow[],
): Promise<void> {
  await client.query({
    name: `write-${table}`,
    text: `
      INSERT INTO ${table} (id, name, created_at, updated_at, total, active, completed, failed)
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[],
                           $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
      ON CONFLICT (id) DO UPDATE SET
        updated_at = excluded.updated_at, total = excluded.total, active = excluded.active,
        completed = excluded.completed, failed = excluded.failed`,
    values: [
      int8Array(rows.map((row) => row.id)),
      textArray(rows.map((row) => row.name)),
      timestampArray(rows.map((row) => Date.parse(row.created_at))),
      timestampArray(rows.map((row) => Date.parse(row.updated_at))),
      int8Array(rows.map((row) => row.total)),
      int8Array(rows.map((row) => row.active)),
      int8Array(rows.map((row) => row.completed)),
      int8Array(rows.map((row) => row.failed)),
    ],
  });
}
