import type { RebuildOptions } from '@att/contracts';
import type { ClientBase } from 'pg';
import type { Projection } from '../fold/projection.js';
import { GENERATION_COLUMNS, type GenerationRow } from './generation-row.js';

/**
 * Registers a generation of each projection, all of one rebuild request. A projection that has a build already is left out, also
 * when another request is registering it at the same time: the index `generations_one_build` decides.
 */
export async function insertBuilds(
  client: ClientBase,
  projections: readonly Pick<Projection, 'name' | 'version'>[],
  { hold, dry_run }: RebuildOptions,
): Promise<GenerationRow[]> {
  const { rows } = await client.query<GenerationRow>(
    `
      INSERT INTO projection.generations AS g
        (projection, version, state, stage, has_tables, on_ready, build)
      SELECT p.name, p.version, 'building', 'filling', false, $3, b.build
      FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS p (name, version, ordinal)
      CROSS JOIN (SELECT nextval('projection.builds') AS build) b
      ORDER BY p.ordinal
      ON CONFLICT (projection) WHERE state IN ('building', 'ready') DO NOTHING
      RETURNING ${GENERATION_COLUMNS}`,
    [
      projections.map(({ name }) => name),
      projections.map(({ version }) => version),
      hold === true ? 'hold' : dry_run === true ? 'drop' : 'switch',
    ],
  );
  return rows;
}
