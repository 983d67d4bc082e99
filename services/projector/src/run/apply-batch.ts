import type { EventBatch } from '@att/platform/event-feed';
import type { ClientBase, Pool } from 'pg';
import { moveCheckpoint } from '../generations/move-checkpoint.js';
import { inTransaction } from '../in-transaction.js';
import { countingQueued } from '../poison/count-queued.js';
import { divide } from '../poison/divide.js';
import { folding, poisonIfRefused } from '../poison/poison-error.js';
import type { Loader } from '../rows/loader.js';
import { type Encoded, encodeWrites, sendEncoded, type Write } from '../rows/write.js';
import { turn } from '../turn.js';
import type { Built } from './built.js';
import { FoldedBatch } from './folded-batch.js';

/**
 * Brings a batch into the tables of all generations of a group, and moves their checkpoint.
 *
 * @throws PoisonError when an event of it cannot be applied
 */
export async function applyBatch(
  pool: Pool,
  group: readonly Built[],
  from: number,
  batch: EventBatch,
): Promise<void> {
  await commitBatch(pool, group, from, batch, await foldBatch(pool, group, batch));
}

/** What the batch changes in the tables of the group; nothing is written yet. @throws PoisonError */
export async function foldBatch(
  pool: Pool,
  group: readonly Built[],
  { events, position }: EventBatch,
): Promise<readonly Encoded[]> {
  let shared: FoldedBatch | undefined;
  const folds: Encoded[] = [];
  for (const built of group) {
    folds.push(await folding(pool, async (loader) => encodeWrites(await foldOne(loader, built))));
    await turn();
  }
  return folds;

  async function foldOne(
    loader: Loader,
    { isAlone, writer, standing, generation }: Built,
  ): Promise<readonly Write[]> {
    if (!isAlone) {
      shared ??= new FoldedBatch(events, position);
      return writer.fold(loader, shared);
    }
    const { applicable, queued } = divide(events, await standing.among(loader, events));
    const writes = await writer.fold(loader, new FoldedBatch(applicable, position));
    return [...writes, countingQueued(generation.id, queued)];
  }
}

export interface CommitOptions {
  /** Of a build, in events a second. */
  rate?: number | undefined;
  /** What else belongs to the transaction, at its end. */
  also?: (client: ClientBase) => Promise<void>;
}

/**
 * Tables and checkpoint of all generations of a group move in one transaction, or not at all.
 *
 * @throws PoisonError
 */
export async function commitBatch(
  pool: Pool,
  group: readonly Built[],
  from: number,
  { events, position }: EventBatch,
  folds: readonly Encoded[],
  { rate, also }: CommitOptions = {},
): Promise<void> {
  const recordedAt = events.at(-1)?.recorded_at as string;
  try {
    await inTransaction(pool, async (client) => {
      // A crash may lose the last moments of a projection; its checkpoint goes back with it.
      await client.query('SET LOCAL synchronous_commit = off');
      const ids = group.map(({ generation }) => generation.id);
      await moveCheckpoint(client, ids, from, { position, recordedAt, rate });
      await sendEncoded(client, folds.flat());
      await also?.(client);
    });
  } catch (error) {
    throw poisonIfRefused(error);
  }
  for (const { generation } of group) generation.position = position;
}
