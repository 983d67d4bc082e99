import type { ProjectionName } from '@att/platform/projections';
import type { ClientBase } from 'pg';

/** @returns false where the projection was paused, or not paused, already */
export async function setPaused(
  client: ClientBase,
  projection: ProjectionName,
  isPaused: boolean,
): Promise<boolean> {
  const { rowCount } = await client.query(
    isPaused
      ? 'INSERT INTO projection.paused (projection) VALUES ($1) ON CONFLICT DO NOTHING'
      : 'DELETE FROM projection.paused WHERE projection = $1',
    [projection],
  );
  return rowCount === 1;
}
