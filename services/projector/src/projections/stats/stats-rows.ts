import { int8Array, textArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import type { Counts } from '../../task-outcomes/counts.js';

export interface StatsRow extends Counts {
  project: string;
  agent: string;
  durations: number;
  durationMicros: bigint;
}

type Stored = Omit<StatsRow, 'durationMicros'> & { duration_micros: string };

export async function loadStats(
  client: ClientBase,
  table: string,
  keys: readonly { project: string; agent: string }[],
): Promise<StatsRow[]> {
  const { rows } = await client.query<Stored>({
    name: `load-${table}`,
    text: `
      SELECT t.project, t.agent, total, active, completed, failed, durations,
             duration_micros::text AS duration_micros
      FROM unnest($1::text[], $2::text[]) AS k (project, agent)
      JOIN ${table} t USING (project, agent)`,
    values: [textArray(keys.map((key) => key.project)), textArray(keys.map((key) => key.agent))],
  });
  return rows.map(({ duration_micros, ...row }) => ({ ...row, durationMicros: BigInt(duration_micros) }));
}

export async function writeStats(
  client: ClientBase,
  table: string,
  rows: readonly StatsRow[],
): Promise<void> {
  await client.query({
    name: `write-${table}`,
    text: `
      INSERT INTO ${table} (project, agent, total, active, completed, failed, durations, duration_micros)
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[],
                           $5::bigint[], $6::bigint[], $7::bigint[], $8::numeric[])
      ON CONFLICT (project, agent) DO UPDATE SET
        total = excluded.total, active = excluded.active, completed = excluded.completed,
        failed = excluded.failed, durations = excluded.durations,
        duration_micros = excluded.duration_micros`,
    values: [
      textArray(rows.map((row) => row.project)),
      textArray(rows.map((row) => row.agent)),
      int8Array(rows.map((row) => row.total)),
      int8Array(rows.map((row) => row.active)),
      int8Array(rows.map((row) => row.completed)),
      int8Array(rows.map((row) => row.failed)),
      int8Array(rows.map((row) => row.durations)),
      rows.map((row) => String(row.durationMicros)),
    ],
  });
}
