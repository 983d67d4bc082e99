/** Generations as the register has them, and as operators see them. */
import { buildEstimate, type Comparison, type Generation, type GenerationState } from '@att/contracts';
import type { ProjectionName } from '@att/platform/projections';

export interface GenerationRow {
  id: number;
  projection: ProjectionName;
  version: number;
  state: GenerationState;
  position: number;
  rate: number | null;
  on_ready: 'switch' | 'hold' | 'drop';
  started_at: string;
  finished_at: string | null;
  /** Comparison with the active generation, as JSON text. */
  comparison: string | null;
  error: string | null;
  drop_requested: boolean;
  has_tables: boolean;
  /** Position of the last event of the log. */
  head: number;
}

/** SQL columns of the row `g`. */
export const GENERATION_COLUMNS = `g.id, g.projection, g.version, g.state, g.position, g.rate, g.on_ready, g.started_at,
        g.finished_at, g.comparison, g.error, g.drop_requested, g.has_tables,
        (SELECT position FROM log.head) AS head`;

/** @param now milliseconds since 1970 */
export function generationOf(row: GenerationRow, now = Date.now()): Generation {
  const rate = row.state === 'building' ? row.rate : null;
  return {
    id: row.id,
    projection: row.projection,
    version: row.version,
    state: row.state,
    position: row.position,
    rate,
    ...buildEstimate({ ...row, rate }, now),
    started_at: row.started_at,
    finished_at: row.finished_at,
    hold: row.on_ready === 'hold',
    dry_run: row.on_ready === 'drop',
    comparison: row.comparison === null ? null : (JSON.parse(row.comparison) as Comparison),
    error: row.error,
  };
}
