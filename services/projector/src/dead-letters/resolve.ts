/** Carries out an operator's command on a dead letter, at the command's position in the log. */
import type { LogEvent } from '@att/platform/event-log';
import { type CommitOptions, commitBatch } from '../batch/apply-batch.js';
import { type GenerationWriter, resetWriter } from '../batch/generation-writer.js';
import type { ProjectorContext } from '../batch/projector-context.js';
import { FoldedBatch } from '../fold/folded-batch.js';
import { folding, PoisonError } from '../rows/poison-error.js';
import { encodeWrites } from '../rows/write.js';
import {
  deleteDeadLetterStatement,
  moveDeadLetterStatement,
  readDeadLetter,
  type StoredDeadLetter,
} from './dead-letter-statements.js';
import { applyIsolating } from './isolate.js';
import { QueueTooLargeError, readQueue } from './read-queue.js';
import type { BatchPart, DeadLetterCommand } from './split-at-commands.js';

/**
 * Applies the event of the dead letter (which a skip leaves out) and those behind it, in order. All take effect at the position of
 * the command: answers that were given for earlier positions stay true. When one of the events cannot be applied, those before it
 * stay applied, and the dead letter is of that one then.
 */
export async function resolveDeadLetter(
  context: ProjectorContext,
  writer: GenerationWriter,
  part: BatchPart,
  { verb, named }: DeadLetterCommand,
): Promise<void> {
  const { pool, log } = context;
  const deadLetter = await readDeadLetter(pool, writer.generation.id, named.dead_letter);
  if (deadLetter === undefined) return applyIsolating(context, writer, part);
  const about = { ...named, verb };
  const queue = await queueOf(context, deadLetter, part.position);
  if (queue instanceof QueueTooLargeError) {
    const also = [moveDeadLetterStatement(deadLetter, deadLetter, queue)];
    await applyLate(context, writer, part, [], { also });
    log.warn({ err: queue, ...about }, 'a task stays blocked');
    return;
  }
  const events = verb === 'skip' ? queue.filter(({ position }) => position !== deadLetter.position) : queue;
  const failure = await attempt(writer, () =>
    applyLate(context, writer, part, events, { also: [deleteDeadLetterStatement(deadLetter)] }),
  );
  if (failure === undefined) {
    writer.blocked.delete(deadLetter);
    log.info({ ...about, events: events.length }, 'a task is not blocked any more');
    return;
  }
  const { applicable, error } = await findFailing(context, writer, part, events, failure);
  const { position } = events[applicable] as LogEvent;
  const queued = events.length - applicable - 1;
  await applyLate(context, writer, part, events.slice(0, applicable), {
    also: [moveDeadLetterStatement(deadLetter, { position, queued }, error.cause)],
  });
  log.error({ err: error.cause, ...about, position }, 'a task is blocked again');
}

async function queueOf({ pool }: ProjectorContext, deadLetter: StoredDeadLetter, before: number) {
  return readQueue(pool, deadLetter, before).catch((error: Error) => {
    if (error instanceof QueueTooLargeError) return error;
    throw error;
  });
}

/**
 * Number of the events that can be applied, and the error of the next one. The search halves, as each attempt begins with the
 * first event again; an attempt is rolled back.
 */
async function findFailing(
  context: ProjectorContext,
  writer: GenerationWriter,
  part: BatchPart,
  events: readonly LogEvent[],
  failure: PoisonError,
): Promise<{ applicable: number; error: PoisonError }> {
  // No late event is left, so the event of the command itself fails, and that belongs to no task.
  if (events.length === 0) throw failure;
  let [applicable, failing, error] = [0, events.length, failure];
  while (applicable + 1 < failing) {
    const count = (applicable + failing) >> 1;
    const again = await attempt(writer, () =>
      applyLate(context, writer, part, events.slice(0, count), { isTrial: true }),
    );
    if (again !== undefined) {
      [failing, error] = [count, again];
      continue;
    }
    applicable = count;
    // The writer has rows in memory that were rolled back.
    resetWriter(writer);
  }
  return { applicable, error };
}

/** Undefined where the work succeeds, and otherwise the error of the event that cannot be applied. */
async function attempt(
  writer: GenerationWriter,
  work: () => Promise<void>,
): Promise<PoisonError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    resetWriter(writer);
    if (error instanceof PoisonError) return error;
    throw error;
  }
}

/** Applies the event of the command, and the late events that take effect with it. @throws PoisonError */
async function applyLate(
  { pool }: ProjectorContext,
  writer: GenerationWriter,
  part: BatchPart,
  late: readonly LogEvent[],
  commit: CommitOptions,
): Promise<void> {
  const { projectionWriter } = writer;
  const folds = await folding(pool, async (loader) => [
    // Late events come first: with the command's event a range of the log may be complete, and is written then.
    encodeWrites((await projectionWriter.fold(loader, new FoldedBatch(late, part.position, true))).writes),
    encodeWrites((await projectionWriter.fold(loader, new FoldedBatch(part.events, part.position))).writes),
  ]);
  await commitBatch(pool, [writer], part, folds, commit);
}
