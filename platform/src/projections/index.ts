/** What the projector and the readers of its tables must agree on. */
export const PROJECTION_NAMES = ['tasks', 'projects', 'agents', 'stats', 'events'] as const;
export type ProjectionName = (typeof PROJECTION_NAMES)[number];

/** A table of one generation, ready to stand in SQL. */
export function generationTable(table: string, generation: number): string {
  return `projection.${table}_g${generation}`;
}

/** Announced after each commit of the projector; the payload is the checkpoint. */
export const PROJECTION_CHANNEL = 'att_projection';
