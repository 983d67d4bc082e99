import type { ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';
import { IDLE_SECONDS } from '../generations/stall.js';
import { GENERATION_COLUMNS, type GenerationRow } from './generation-row.js';

/** Failed and cancelled generations of a projection that are listed at most. */
const ENDED = 5;

export interface ProjectionRow {
  name: ProjectionName;
  is_paused: boolean;
  head: number;
  /** Recorded time of the oldest event that the active generation has not applied; null when it has them all. */
  since: string | null;
  /** Seconds for which the active generation had something to apply, and applied nothing; null when it has them all. */
  idle_seconds: number | null;
  /** Dead letters of the active generation. */
  dead_letters: number;
}

/** Row of a generation with its projection; without a generation for a projection that has none. */
export type ProjectionAndGeneration = ProjectionRow & (GenerationRow | { id: null });

/** Rows from one snapshot, in the order of the names, and the generations of each projection newest first. */
export async function selectProjections(
  pool: Pool,
  names: readonly ProjectionName[],
): Promise<ProjectionAndGeneration[]> {
  const { rows } = await pool.query<ProjectionAndGeneration>({
    name: 'select-projections',
    text: `
      SELECT n.name, p.projection IS NOT NULL AS is_paused, e.recorded_at AS since,
        ${IDLE_SECONDS} AS idle_seconds,
        (SELECT count(*) FROM projection.dead_letters d
         WHERE g.state = 'active' AND d.generation = g.id) AS dead_letters,
        ${GENERATION_COLUMNS}
      FROM unnest($1::text[]) WITH ORDINALITY AS n (name, ordinal)
      LEFT JOIN projection.paused p ON p.projection = n.name
      LEFT JOIN (
        SELECT *, state IN ('failed', 'cancelled') AS is_ended,
               row_number() OVER (PARTITION BY projection, state IN ('failed', 'cancelled') ORDER BY id DESC) AS age
        FROM projection.generations
      ) g ON g.projection = n.name AND (NOT g.is_ended OR g.age <= $2)
      LEFT JOIN log.events e ON g.state = 'active' AND e.position = g.position + 1
      ORDER BY n.ordinal, g.id DESC`,
    values: [names, ENDED],
  });
  return rows;
}
