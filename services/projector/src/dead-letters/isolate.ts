/** Applies what may have poison in it, to one generation: around the events that cannot be applied. */
import type { LogEvent } from '@att/platform/event-log';
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import { applyBatch, commitBatch } from '../batch/apply-batch.js';
import { type GenerationWriter, resetWriter } from '../batch/generation-writer.js';
import type { LogSlice } from '../batch/log-slice.js';
import { FoldedBatch } from '../fold/folded-batch.js';
import { isOfTask } from '../fold/task-name.js';
import { folding, PoisonError } from '../rows/poison-error.js';
import { encodeWrites } from '../rows/write.js';
import { insertDeadLetterStatement } from './dead-letter-statements.js';

export interface AloneOptions {
  pool: Pool;
  log: Logger;
  signal: AbortSignal;
}

/**
 * By halving: a part that fails is split until it is one event, which becomes a dead letter. All other events are
 * applied, but for those of its task, which wait from then on. Ends early when `signal` aborts.
 */
export async function applyIsolating(
  options: AloneOptions,
  built: GenerationWriter,
  { events, source }: LogSlice,
): Promise<void> {
  /** What is still to be applied, the next part last. */
  const parts = [events];
  while (!options.signal.aborted) {
    const part = parts.pop();
    if (part === undefined) return;
    try {
      await applyBatch(options.pool, [built], sliceOf(part, source));
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      resetWriter(built);
      if (part.length === 1) {
        await recordDeadLetter(options, built, sliceOf(part, source), error);
        continue;
      }
      const half = Math.ceil(part.length / 2);
      parts.push(part.slice(half), part.slice(0, half));
    }
  }
}

/** The letter commits with the checkpoint that passes its event. @throws what an event of no task, such as an act, failed with */
async function recordDeadLetter(
  { pool, log }: AloneOptions,
  built: GenerationWriter,
  slice: LogSlice,
  error: PoisonError,
) {
  const [event] = slice.events as [LogEvent];
  if (!isOfTask(event)) throw error;
  const { generation, standing } = built;
  // Of no event: what is written where a stretch of the log is whole is written there, too.
  const passed = new FoldedBatch([], event.position);
  const folds = await folding(pool, async (loader) =>
    encodeWrites((await built.writer.fold(loader, passed)).writes),
  );
  await commitBatch(pool, [built], slice, [folds], {
    also: [insertDeadLetterStatement(generation.id, event, error.cause)],
  });
  standing.add(event);
  resetWriter(built);
  const { project, task_id, position } = event;
  const letter = { projection: generation.projection, generation: generation.id, project, task_id, position };
  log.error({ err: error.cause, ...letter }, 'an event cannot be applied; its task stands still');
}

function sliceOf(events: readonly LogEvent[], source: LogSlice['source']): LogSlice {
  return { events, position: (events.at(-1) as LogEvent).position, isFull: true, source };
}
