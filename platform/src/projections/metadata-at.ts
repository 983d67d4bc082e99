/** Metadata of tasks, which is kept as what changed since the last time that all of it was written. */
import type { Metadata } from '@att/contracts';

/**
 * What a change weighs beside its text. All of the metadata is written again when the changes since outweigh it, so that at
 * most 256 changes make up what is at most 64 KiB, and what is kept grows with what was sent.
 */
export const METADATA_ROW = 256;

/**
 * SQL of `whole_from`, `is_truncated` and of the `changes` as JSON texts, the first of which is all that there was; no row for a task that
 * has no metadata.
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

/** The metadata that changes come to, in the order that they were made. Never an assignment, which `__proto__` is none of. */
export function joinMetadata(changes: readonly string[]): Metadata {
  if (changes.length === 1) return JSON.parse(changes[0] as string);
  const joined = new Map<string, unknown>();
  for (const text of changes)
    for (const [key, value] of Object.entries(JSON.parse(text) as Metadata)) joined.set(key, value);
  return Object.fromEntries(joined);
}
