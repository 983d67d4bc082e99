import { chunkOf, INDEXED_FIELDS, type IndexedField, sqlFirstOf } from '@att/platform/projections';
import type { Loader } from '../../rows/loader.js';

/**
 * What the index has already of the chunk of a position: asked of the index itself, as events of tasks that stand
 * still are in the log alone. It is in order by field and value, which the log's events name.
 */
export async function loadTold(
  loader: Loader,
  table: string,
  position: number,
): Promise<{ field: IndexedField; value: string }[]> {
  const { rows } = await loader.query<{ field: IndexedField; value: string }>({
    name: `load-told-${table}`,
    text: `
      SELECT t.field, t.value
      FROM (
        SELECT DISTINCT f.field, f.value
        FROM log.events e
        CROSS JOIN LATERAL (VALUES ${INDEXED_FIELDS.map((field) => `('${field}', e.${field})`).join(', ')}) f (field, value)
        WHERE e.position >= ${sqlFirstOf('$1::bigint')} AND e.position < $2 AND f.value IS NOT NULL
      ) named
      JOIN ${table} t USING (field, value)
      WHERE t.chunk = $1`,
    values: [chunkOf(position), position],
  });
  return rows;
}
