/** What the projector and the readers of its tables must agree on. */
import type { Pool } from 'pg';

export const PROJECTION_NAMES = ['tasks', 'projects', 'stats'] as const;
export type ProjectionName = (typeof PROJECTION_NAMES)[number];

/** A table of one generation, ready to stand in SQL. */
export function generationTable(table: string, generation: number): string {
  return `projection.${table}_g${generation}`;
}

/** Announced after each commit of the projector; the payload is the checkpoint. */
export const PROJECTION_CHANNEL = 'att_projection';

/** The generation of each projection that reads go to. Projections that were never built are missing. */
export async function readActiveGenerations(pool: Pool): Promise<Map<ProjectionName, number>> {
  const { rows } = await pool.query<{ projection: ProjectionName; id: number }>(
    "SELECT projection, id FROM projection.generations WHERE state = 'active'",
  );
  return new Map(rows.map(({ projection, id }) => [projection, id]));
}
