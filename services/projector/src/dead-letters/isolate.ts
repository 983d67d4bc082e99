/** Isolation of events that cannot be applied: all others of a slice are applied. */
import type { LogEvent } from '@att/platform/event-log';
import { applyBatch, commitBatch } from '../batch/apply-batch.js';
import { type GenerationWriter, resetWriter } from '../batch/generation-writer.js';
import type { LogSlice } from '../batch/log-slice.js';
import type { ProjectorContext } from '../batch/projector-context.js';
import { FoldedBatch } from '../fold/folded-batch.js';
import { isOfTask } from '../fold/task-name.js';
import { folding, PoisonError } from '../rows/poison-error.js';
import { encodeWrites } from '../rows/write.js';
import { insertDeadLetterStatement } from './dead-letter-statements.js';

/**
 * Applies a slice to one generation. A part that fails is halved until it is one event, which becomes a dead letter. All other
 * events are applied, but for the later ones of its task, which wait from then on. Ends early when `signal` aborts.
 */
export async function applyIsolating(
  context: ProjectorContext,
  writer: GenerationWriter,
  { events, source }: LogSlice,
): Promise<void> {
  /** Parts still to be applied, the next one last. */
  const parts = [events];
  while (!context.signal.aborted) {
    const part = parts.pop();
    if (part === undefined) return;
    try {
      await applyBatch(context.pool, [writer], sliceOf(part, source));
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      resetWriter(writer);
      if (part.length === 1) {
        await recordDeadLetter(context, writer, sliceOf(part, source), error);
        continue;
      }
      const half = Math.ceil(part.length / 2);
      parts.push(part.slice(half), part.slice(0, half));
    }
  }
}

/**
 * Records the one event of a slice as a dead letter, in the transaction that moves the checkpoint past it.
 *
 * @throws the event's own error where it belongs to no task, as that of a command does
 */
async function recordDeadLetter(
  { pool, log }: ProjectorContext,
  writer: GenerationWriter,
  slice: LogSlice,
  error: PoisonError,
): Promise<void> {
  const [event] = slice.events as [LogEvent];
  if (!isOfTask(event)) throw error;
  const { generation, blocked, projectionWriter } = writer;
  // A fold of no event: some rows are written where a range of the log is complete, and that may be here.
  const passed = new FoldedBatch([], event.position);
  const folds = await folding(pool, async (loader) =>
    encodeWrites((await projectionWriter.fold(loader, passed)).writes),
  );
  await commitBatch(pool, [writer], slice, [folds], {
    also: [insertDeadLetterStatement(generation.id, event, error.cause)],
  });
  blocked.add(event);
  resetWriter(writer);
  const { project, task_id, position } = event;
  const about = { projection: generation.projection, generation: generation.id, project, task_id, position };
  log.error({ err: error.cause, ...about }, 'an event cannot be applied; its task is blocked');
}

function sliceOf(events: readonly LogEvent[], source: LogSlice['source']): LogSlice {
  return { events, position: (events.at(-1) as LogEvent).position, isFull: true, source };
}
