import { int8Array } from '@att/platform/postgres';
import { PROJECTION_CHANNEL } from '@att/platform/projections';
import type { Statement } from '../rows/statement.js';
import { FencedError } from './superseded-error.js';
import type { Checkpoint } from './writable-generation.js';

/** SQLSTATE of the only division in the statement. */
const DIVISION_BY_ZERO = '22012';

export interface CheckpointMove {
  generations: readonly number[];
  from: Readonly<Checkpoint>;
  to: { position: number; recordedAt: string };
  /** Position at `to` or after it, with its hash, in the log that the batch was read from. */
  source: { position: number; hash: string };
  /** Speed of a build, in events a second. */
  rate?: number | undefined;
  /** Called with the hash of the new checkpoint. */
  onMoved(hash: string): void;
}

/**
 * Statement that moves the checkpoint of some generations by compare-and-set. It comes first in the transaction: its row locks,
 * taken in one order, make a second projector wait until the first has committed, and that one is then fenced before it did any
 * work.
 *
 * The COMMIT is on its way already when the answer comes, so the statement itself must fail: it divides by 0 when the generations
 * are not all at `from`, or when the log is not the one that the batch was read from. Comparing positions alone would let stale
 * memory pass: after a fail-over to a standby that lags, positions are given out again.
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
    refusal: ({ code }) =>
      code === DIVISION_BY_ZERO
        ? new FencedError('another projector moved the checkpoint, or the log is another one now')
        : undefined,
  };
}
