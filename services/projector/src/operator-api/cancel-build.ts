import type { ProjectionName } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import { GENERATION_COLUMNS, type GenerationRow } from './generation-row.js';

/**
 * Cancels the build of a projection. A new generation is dropped; one that a rollback was bringing back is retired again.
 *
 * @returns undefined where nothing was being built
 */
export async function cancelBuild(
  client: ClientBase,
  projection: ProjectionName,
): Promise<GenerationRow | undefined> {
  const { rows } = await client.query<GenerationRow>(
    `
      UPDATE projection.generations AS g SET
        state = CASE WHEN retired_at IS NULL THEN 'cancelled' ELSE 'retired' END,
        stage = CASE WHEN retired_at IS NULL THEN stage ELSE 'following' END,
        finished_at = CASE WHEN retired_at IS NULL THEN now() ELSE finished_at END,
        drop_requested = retired_at IS NULL,
        rate = NULL
      WHERE projection = $1 AND state IN ('building', 'ready')
      RETURNING ${GENERATION_COLUMNS}`,
    [projection],
  );
  return rows[0];
}
