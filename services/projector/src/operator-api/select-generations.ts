import type { ProjectionName } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import { GENERATION_COLUMNS, type GenerationRow } from './generation-row.js';

/** All generations of a projection, newest first. */
export async function selectGenerations(
  client: ClientBase,
  projection: ProjectionName,
): Promise<GenerationRow[]> {
  const { rows } = await client.query<GenerationRow>(
    `SELECT ${GENERATION_COLUMNS} FROM projection.generations g WHERE projection = $1
     ORDER BY id DESC`,
    [projection],
  );
  return rows;
}
