import type { ProjectionName } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import { GENERATION_COLUMNS, type GenerationRow } from './generation-row.js';

/** Lets the projector switch to the generation that waits as ready. @returns undefined where none does */
export async function switchReady(
  client: ClientBase,
  projection: ProjectionName,
): Promise<GenerationRow | undefined> {
  const { rows } = await client.query<GenerationRow>(
    `
      UPDATE projection.generations AS g SET on_ready = 'switch'
      WHERE projection = $1 AND state = 'ready' AND on_ready = 'hold'
      RETURNING ${GENERATION_COLUMNS}`,
    [projection],
  );
  return rows[0];
}
