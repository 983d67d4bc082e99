import type { EventBatch } from '@att/platform/event-feed';
import type { Pool } from 'pg';
import type { Generation } from '../generations/generation.js';
import { moveCheckpoint } from '../generations/move-checkpoint.js';
import { inTransaction } from '../in-transaction.js';
import type { ProjectionWriter } from '../projection.js';
import { sendWrites, type Write } from '../rows/write.js';
import { FoldedBatch } from './folded-batch.js';

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

/**
 * Tables and checkpoint of all generations of a group move in one transaction, or not at all.
 *
 * @param rate of a build, in events a second
 */
export async function commitBatch(
  pool: Pool,
  group: readonly Built[],
  from: number,
  { events, position }: EventBatch,
  writes: readonly Write[],
  rate?: number,
): Promise<void> {
  const recordedAt = events.at(-1)?.recorded_at as string;
  await inTransaction(pool, async (client) => {
    // A crash may lose the last moments of a projection; its checkpoint goes back with it.
    await client.query('SET LOCAL synchronous_commit = off');
    const ids = group.map(({ generation }) => generation.id);
    await moveCheckpoint(client, ids, from, { position, recordedAt, rate });
    await sendWrites(client, writes);
  });
}
