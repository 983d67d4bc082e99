/** Metadata of tasks: rows have the changes since the last row that has all of it. */
import type { Metadata } from '@att/contracts';

/**
 * Weight of a change beside its text, in characters. All metadata is written again when the changes since then outweigh it, so that
 * at most 256 changes make up the 64 KiB that it may have, and tables grow with what was sent.
 */
export const METADATA_ROW = 256;

/**
 * SQL of `whole_from`, `is_truncated` and of the `changes` as JSON texts: the first is the whole metadata at `whole_from`. No row for a
 * task without metadata.
 *
 * @param id SQL of the task's id
 * @param until SQL conditions on `valid_from`
 */
export function metadataAt(table: string, id: string, until: readonly string[]): string {
  return `
            SELECT l.whole_from, l.is_truncated, ARRAY (
              SELECT changed::text FROM ${table}
              WHERE id = ${id} AND valid_from BETWEEN l.whole_from AND l.valid_from ORDER BY valid_from
            ) AS changes
            FROM (
              SELECT * FROM ${table} WHERE ${[`id = ${id}`, ...until].join(' AND ')} ORDER BY valid_from DESC LIMIT 1
            ) l`;
}

/** Joins changes in the order in which they were made. It assigns no key, as an assignment to `__proto__` would be lost. */
export function joinMetadata(changes: readonly string[]): Metadata {
  if (changes.length === 1) return JSON.parse(changes[0] as string);
  const joined = new Map<string, unknown>();
  for (const text of changes)
    for (const [key, value] of Object.entries(JSON.parse(text) as Metadata)) joined.set(key, value);
  return Object.fromEntries(joined);
}
