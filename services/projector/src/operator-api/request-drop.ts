import type { ProjectionName } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import { GENERATION_COLUMNS, type GenerationRow } from './generation-row.js';

/**
 * Requests that the projector drops the tables of a generation.
 *
 * @param generation id; undefined: the latest retired one
 * @returns undefined where there is no such generation, it is in use, or it is dropped already
 */
export async function requestDrop(
  client: ClientBase,
  projection: ProjectionName,
  generation: number | undefined,
): Promise<GenerationRow | undefined> {
  const { rows } = await client.query<GenerationRow>(
    `
      UPDATE projection.generations AS g SET drop_requested = true
      WHERE id = coalesce($2, (
          SELECT id FROM projection.generations
          WHERE projection = $1 AND state = 'retired' AND has_tables AND NOT drop_requested
          ORDER BY retired_at DESC NULLS LAST, id DESC
          LIMIT 1
        ))
        AND projection = $1 AND state IN ('retired', 'failed', 'cancelled') AND has_tables AND NOT drop_requested
      RETURNING ${GENERATION_COLUMNS}`,
    [projection, generation],
  );
  return rows[0];
}
