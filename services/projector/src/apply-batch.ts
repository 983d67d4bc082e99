import type { EventBatch } from '@att/platform/event-feed';
import type { Pool } from 'pg';
import { FoldedBatch } from './folded-batch.js';
import type { Generation } from './generations/ensure-generations.js';
import { moveCheckpoint } from './generations/move-checkpoint.js';
import type { ProjectionWriter } from './projection.js';

/** A generation and the writer of its tables. */
export interface Built {
  generation: Generation;
  writer: ProjectionWriter;
}

/** Tables and checkpoint of all generations of a group move in one transaction, or not at all. */
export async function applyBatch(
  pool: Pool,
  group: readonly Built[],
  from: number,
  batch: EventBatch,
): Promise<void> {
  const folded = new FoldedBatch(batch.events);
  const recordedAt = batch.events.at(-1)?.recorded_at as string;
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    // A crash may lose the last moments of a projection; its checkpoint goes back with it.
    await client.query('SET LOCAL synchronous_commit = off');
    const ids = group.map(({ generation }) => generation.id);
    await moveCheckpoint(client, ids, from, { position: batch.position, recordedAt });
    for (const { writer } of group) await writer.apply(client, folded);
    await client.query('COMMIT');
    broken = false;
  } finally {
    // A connection with an open transaction is not fit for anybody else.
    client.release(broken);
  }
}
