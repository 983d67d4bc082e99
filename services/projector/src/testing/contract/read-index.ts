/** Index of the log out of its table, and the same from the log itself, value by value. */
import type { LogEvent } from '@att/platform/event-log';
import { generationTable, INDEXED_DAY, INDEXED_FIELDS } from '@att/platform/projections';
import type { Pool } from 'pg';

/** Lengths of a chunk of the log, and of a group of chunks, in events. */
export const [CHUNK, GROUP] = [256, 8_192];

const wholeGroups = (position: number) => Math.floor(position / GROUP);

export async function readIndex(pool: Pool, generation: number, position: number): Promise<string[]> {
  const { rows } = await pool.query<{ row: string }>(
    `SELECT concat_ws(' ', field, value, chunk_group, chunks) AS row
     FROM ${generationTable('event_index', generation)} WHERE chunk_group < $1`,
    [wholeGroups(position)],
  );
  return rows.map(({ row }) => row).sort();
}

/** @param log from its first event on */
export function indexOf(log: readonly LogEvent[]): string[] {
  const rows = new Map<string, number>();
  for (const event of log.slice(0, wholeGroups(log.length) * GROUP)) {
    const group = Math.floor((event.position - 1) / GROUP);
    const bit = 1 << Math.floor(((event.position - 1) % GROUP) / CHUNK);
    const day = (event.occurred_at ?? event.recorded_at).slice(0, 10);
    const entries = [...INDEXED_FIELDS.map((field) => [field, event[field]]), [INDEXED_DAY, day]];
    for (const [field, value] of entries) {
      if (value === null) continue;
      const key = `${field} ${value} ${group}`;
      rows.set(key, (rows.get(key) ?? 0) | bit);
    }
  }
  return [...rows].map(([key, chunks]) => `${key} ${chunks}`).sort();
}
