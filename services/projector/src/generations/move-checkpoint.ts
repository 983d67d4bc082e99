import { int8Array } from '@att/platform/postgres';
import { PROJECTION_CHANNEL } from '@att/platform/projections';
import type { Statement } from '../rows/statement.js';

/** Somebody else moved the checkpoint, or ended the generation: this projector works from stale memory and must start over. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly code = 'fenced';
}

/** SQLSTATE of the only division in the statement. */
const DIVISION_BY_ZERO = '22012';

/**
 * Comes first in the transaction: its row locks, taken in one order, hold a second projector off until
 * the first has committed, and then it is fenced before it did any work. As the COMMIT is on its way already, the
 * statement itself must fail then: it divides by 0 when the generations are not all at `from`.
 *
 * @param to `rate` in events a second, of a build
 */
export function movingCheckpoint(
  generations: readonly number[],
  from: number,
  to: { position: number; recordedAt: string; rate?: number | undefined },
): Statement {
  return {
    name: 'move-checkpoint',
    text: `
      WITH moved AS (
        UPDATE projection.generations SET position = $3, recorded_at = $4, rate = $5
        WHERE id IN (
          SELECT id FROM projection.generations
          WHERE id = ANY ($1) AND position = $2 AND state IN ('building', 'ready', 'active')
          ORDER BY id
          FOR UPDATE
        )
        RETURNING id
      )
      SELECT 1 / (count(*) = cardinality($1))::int, pg_notify('${PROJECTION_CHANNEL}', $3::bigint::text) FROM moved`,
    values: [int8Array(generations), from, to.position, to.recordedAt, to.rate ?? null],
    refusal: ({ code }) =>
      code === DIVISION_BY_ZERO ? new FencedError('another projector moved the checkpoint') : undefined,
  };
}
