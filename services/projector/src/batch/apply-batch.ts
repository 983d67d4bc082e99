import type { EventSlice } from '@att/platform/event-feed';
import { withClient } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { FoldedBatch } from '../fold/folded-batch.js';
import type { TaskTransitions } from '../fold/task-outcome.js';
import { moveCheckpointStatement } from '../generations/move-checkpoint.js';
import type { Loader } from '../rows/loader.js';
import { folding, poisonIfRefused } from '../rows/poison-error.js';
import type { Statement } from '../rows/statement.js';
import { StatementPipeline } from '../rows/statement-pipeline.js';
import { type Encoded, encodeWrites, type Write } from '../rows/write.js';
import { yieldToEventLoop } from '../rows/yield-to-event-loop.js';
import type { GenerationWriter } from './generation-writer.js';
import type { LogSlice } from './log-slice.js';
import { lookUps } from './look-ups.js';
import { queueEvents } from './queue-events.js';
import { splitBlocked } from './split-blocked.js';

/**
 * Writes a batch into the tables of all generations of a group, and moves their checkpoint.
 *
 * @param group writers of generations at one checkpoint
 * @throws PoisonError when an event of the batch cannot be applied
 */
export async function applyBatch(
  pool: Pool,
  group: readonly GenerationWriter[],
  batch: LogSlice,
): Promise<void> {
  await commitBatch(pool, group, batch, await foldBatch(pool, group, batch));
}

/** Changes that a batch makes to the tables of each generation of a group; nothing is written yet. @throws PoisonError */
export async function foldBatch(
  pool: Pool,
  group: readonly GenerationWriter[],
  { events, position }: EventSlice,
): Promise<readonly Encoded[]> {
  let shared: FoldedBatch | undefined;
  let transitions: TaskTransitions | undefined;
  const folds: Encoded[] = [];
  for (const writer of group) {
    folds.push(
      await folding(lookUps(pool, writer), async (loader) => encodeWrites(await foldOne(loader, writer))),
    );
    await yieldToEventLoop();
  }
  return folds;

  async function foldOne(
    loader: Loader,
    { foldsAlone, projectionWriter, blocked, generation }: GenerationWriter,
  ): Promise<readonly Write[]> {
    if (!foldsAlone) {
      shared ??= new FoldedBatch(events, position);
      const fold = await projectionWriter.fold(loader, shared, transitions);
      transitions ??= fold.transitions;
      return fold.writes;
    }
    const { applicable, queued } = splitBlocked(events, await blocked.among(loader, events));
    const { writes } = await projectionWriter.fold(loader, new FoldedBatch(applicable, position));
    return [...writes, queueEvents(generation.id, queued)];
  }
}

export interface CommitOptions {
  /** Speed of a build, in events a second. */
  rate?: number | undefined;
  /** More statements of the transaction, at its end. */
  also?: readonly Statement[];
  /** True when everything is rolled back, as it is only to show whether it would work. */
  isTrial?: boolean;
}

/**
 * Commits the folds of a batch: tables and checkpoint of all generations of a group change in one transaction, or not at all.
 *
 * @throws PoisonError
 */
export async function commitBatch(
  pool: Pool,
  group: readonly GenerationWriter[],
  { events, position, source }: LogSlice,
  folds: readonly Encoded[],
  { rate, also = [], isTrial = false }: CommitOptions = {},
): Promise<void> {
  const recordedAt = events.at(-1)?.recorded_at as string;
  const from = (group[0] as GenerationWriter).checkpoint;
  let { hash } = from;
  const changes = folds.flat();
  const pipeline = new StatementPipeline([
    { text: 'BEGIN' },
    // A crash may lose the last commits of a projection; its checkpoint goes back with them.
    { text: 'SET LOCAL synchronous_commit = off' },
    moveCheckpointStatement({
      generations: group.map(({ generation }) => generation.id),
      from,
      to: { position, recordedAt },
      source,
      rate,
      onMoved: (moved) => {
        hash = moved;
      },
    }),
    ...changes.filter((change) => 'parts' in change),
    ...changes.filter((change) => !('parts' in change)),
    ...also,
    { text: isTrial ? 'ROLLBACK' : 'COMMIT' },
  ]);
  try {
    await withClient(
      pool,
      (client) => pipeline.send(client),
      () => pipeline.isAnswered,
    );
  } catch (error) {
    throw poisonIfRefused(error);
  }
  if (isTrial) return;
  for (const { checkpoint } of group) Object.assign(checkpoint, { position, hash });
}
