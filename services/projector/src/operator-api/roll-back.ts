import type { ProjectionName } from '@att/platform/projections';
import pg, { type ClientBase } from 'pg';
import { GENERATION_COLUMNS, type GenerationRow } from './generation-row.js';
import { projectionBusy } from './problems.js';

/**
 * Makes the latest retired generation a build again: it catches up, and is switched to.
 *
 * @param version version that this release writes: a generation of another one could not catch up
 * @returns undefined where there is none
 * @throws ProblemError projection_busy
 */
export async function rollBack(
  client: ClientBase,
  projection: ProjectionName,
  version: number,
): Promise<GenerationRow | undefined> {
  try {
    const { rows } = await client.query<GenerationRow>(
      `
        UPDATE projection.generations AS g
        SET state = 'building', stage = 'catching up', on_ready = 'switch', rate = NULL
        WHERE id = (
          SELECT id FROM projection.generations
          WHERE projection = $1 AND version = $2 AND state = 'retired' AND has_tables AND NOT drop_requested
          ORDER BY retired_at DESC NULLS LAST, id DESC
          LIMIT 1
        ) AND state = 'retired' AND NOT drop_requested
        RETURNING ${GENERATION_COLUMNS}`,
      [projection, version],
    );
    return rows[0];
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.constraint === 'generations_one_build') {
      throw projectionBusy([projection]);
    }
    throw error;
  }
}
