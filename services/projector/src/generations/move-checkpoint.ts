import { int8Array, SQLSTATE } from '@att/platform/postgres';
import { PROJECTION_CHANNEL } from '@att/platform/projections';
import type { Statement } from '../rows/statement.js';

/** Somebody else moved the checkpoint, or ended the generation: this projector works from stale memory and must start over. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly code = 'fenced';
}

/** A checkpoint as memory has it. The hash is that of the log's event there. */
export interface Checkpoint {
  position: number;
  /** Lower-case hex. */
  hash: string;
}

export interface CheckpointMove {
  generations: readonly number[];
  from: Checkpoint;
  to: { position: number; recordedAt: string };
  /** A place at `to` or after it, in the log that the batch was read from. */
  source: { position: number; hash: string };
  /** Events a second, of a build. */
  rate?: number | undefined;
  /** Called with the hash of the new checkpoint. */
  onMoved(hash: string): void;
}

/**
 * Comes first in the transaction: its row locks, taken in one order, hold a second projector off until
 * the first has committed, and then it is fenced before it did any work. As the COMMIT is on its way already, the
 * statement itself must fail then: it divides by 0 when the generations are not all at `from`, or when the log is not
 * the one that the batch was read from. Positions alone would let stale memory pass: after a fail-over to a standby
 * that lags they are given out again.
 */
export function moveCheckpointStatement(move: CheckpointMove): Statement {
  const { generations, from, to, source, rate, onMoved } = move;
  return {
    name: 'move-checkpoint',
    text: `
      WITH moved AS (
        UPDATE projection.generations g
        SET position = e.position, hash = e.hash, hash_position = e.position, moved_at = clock_timestamp(),
            recorded_at = $5, rate = $6
        FROM log.events e
        WHERE e.position = $4 AND g.id IN (
          SELECT id FROM projection.generations
          WHERE id = ANY ($1) AND position = $2 AND hash = decode($3, 'hex') AND state IN ('building', 'ready', 'active')
            AND EXISTS (SELECT FROM log.events WHERE position = $7 AND hash = decode($8, 'hex'))
          ORDER BY id
          FOR UPDATE
        )
        RETURNING g.hash
      )
      SELECT 1 / (count(*) = cardinality($1))::int, pg_notify('${PROJECTION_CHANNEL}', $4::bigint::text),
             min(encode(hash, 'hex'))
      FROM moved`,
    values: [
      int8Array(generations),
      from.position,
      from.hash,
      to.position,
      to.recordedAt,
      rate ?? null,
      source.position,
      source.hash,
    ],
    onRow: ([, , hash]) => onMoved(hash as string),
    // The statement has one division, which is by zero when the checkpoint is not where it was.
    refusal: ({ code }) =>
      code === SQLSTATE.divisionByZero
        ? new FencedError('another projector moved the checkpoint, or the log is another one now')
        : undefined,
  };
}
