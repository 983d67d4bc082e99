import { PROJECTION_CHANNEL } from '@att/platform/projections';
import type { ClientBase } from 'pg';

/** Somebody else moved the checkpoint, or ended the generation: this projector works from stale memory and must start over. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  readonly code = 'fenced';
}

/**
 * Comes first in the transaction: its row locks, taken in one order, hold a second projector off until
 * the first has committed, and then it is fenced before it did any work.
 *
 * @param to `rate` in events a second, of a build
 * @throws FencedError when the generations are not all at `from`; the transaction must roll back
 */
export async function moveCheckpoint(
  client: ClientBase,
  generations: readonly number[],
  from: number,
  to: { position: number; recordedAt: string; rate?: number | undefined },
): Promise<void> {
  const { rowCount } = await client.query({
    name: 'move-checkpoint',
    text: `
      UPDATE projection.generations SET position = $3, recorded_at = $4, rate = $5
      WHERE id IN (
        SELECT id FROM projection.generations
        WHERE id = ANY ($1) AND position = $2 AND state IN ('building', 'ready', 'active')
        ORDER BY id
        FOR UPDATE
      )`,
    values: [generations, from, to.position, to.recordedAt, to.rate ?? null],
  });
  if (rowCount !== generations.length) throw new FencedError('another projector moved the checkpoint');
  await client.query(`SELECT pg_notify('${PROJECTION_CHANNEL}', $1::text)`, [String(to.position)]);
}
