import type { EventBatch } from '@att/platform/event-feed';
import type { Pool } from 'pg';
import { FoldedBatch } from './folded-batch.js';
import type { Generation } from './generations/generation.js';
import { moveCheckpoint } from './generations/move-checkpoint.js';
import type { ProjectionWriter } from './projection.js';
import { sendWrites, type Write } from './rows/write.js';

/** A generation and the writer of its tables. */
export interface Built {
  generation: Generation;
  writer: ProjectionWriter;
}

/** Brings a batch into the tables of all generations of a group, and moves their checkpoint. */
export async function applyBatch(
  pool: Pool,
  group: readonly Built[],
  from: number,
  batch: EventBatch,
): Promise<void> {
  await commitBatch(pool, group, from, batch, await foldBatch(pool, group, batch));
}

/** What the batch changes in the tables of the group; nothing is written yet. */
export async function foldBatch(
  pool: Pool,
  group: readonly Built[],
  { events }: EventBatch,
): Promise<readonly Write[]> {
  const folded = new FoldedBatch(events);
  const writes: Write[] = [];
  for (const { writer } of group) writes.push(...(await writer.fold(pool, folded)));
  return writes;
}

/** Tables and checkpoint of all generations of a group move in one transaction, or not at all. */
export async function commitBatch(
  pool: Pool,
  group: readonly Built[],
  from: number,
  { events, position }: EventBatch,
  writes: readonly Write[],
): Promise<void> {
  const recordedAt = events.at(-1)?.recorded_at as string;
  const client = await pool.connect();
  let broken = true;
  try {
    // A crash may lose the last moments of a projection; its checkpoint goes back with it.
    await client.query('BEGIN; SET LOCAL synchronous_commit = off');
    const ids = group.map(({ generation }) => generation.id);
    await moveCheckpoint(client, ids, from, { position, recordedAt });
    await sendWrites(client, writes);
    await client.query('COMMIT');
    broken = false;
  } finally {
    // A connection with an open transaction is not fit for anybody else.
    client.release(broken);
  }
}
