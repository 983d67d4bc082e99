/** Carries out what an operator wants of a dead letter, where the act is in the log. */
import type { LogEvent } from '@att/platform/event-log';
import { type CommitOptions, commitBatch } from '../batch/apply-batch.js';
import { type GenerationWriter, resetWriter } from '../batch/generation-writer.js';
import { FoldedBatch } from '../fold/folded-batch.js';
import { folding, PoisonError } from '../rows/poison-error.js';
import { encodeWrites } from '../rows/write.js';
import {
  deleteDeadLetterStatement,
  type Letter,
  moveDeadLetterStatement,
  readDeadLetter,
} from './dead-letter-statements.js';
import { type AloneOptions, applyIsolating } from './isolate.js';
import { QueueTooLargeError, readQueue } from './read-queue.js';
import type { BatchPart, DeadLetterCommand } from './split-at-commands.js';

/**
 * The letter's event (which a skip leaves out) and those behind it are applied in order, and all take effect at the
 * position of the act: what was answered for positions before stays true. When one of them cannot be applied, what
 * comes before it stays applied, and the letter is of that one then.
 */
export async function resolveDeadLetter(
  options: AloneOptions,
  built: GenerationWriter,
  part: BatchPart,
  { verb, letter: named }: DeadLetterCommand,
): Promise<void> {
  const { pool, log } = options;
  const letter = await readDeadLetter(pool, built.generation.id, named.dead_letter);
  if (letter === undefined) return applyIsolating(options, built, part);
  const about = { ...named, verb };
  const queue = await queueOf(options, letter, part.position);
  if (queue instanceof QueueTooLargeError) {
    await write(options, built, part, [], { also: [moveDeadLetterStatement(letter, letter, queue)] });
    log.warn({ err: queue, ...about }, 'a task stands still as before');
    return;
  }
  const events = verb === 'skip' ? queue.filter(({ position }) => position !== letter.position) : queue;
  const failure = await tried(built, () =>
    write(options, built, part, events, { also: [deleteDeadLetterStatement(letter)] }),
  );
  if (failure === undefined) {
    built.standing.delete(letter);
    log.info({ ...about, events: events.length }, 'a task goes on');
    return;
  }
  const { applicable, error } = await findFailing(options, built, part, events, failure);
  const { position } = events[applicable] as LogEvent;
  const queued = events.length - applicable - 1;
  await write(options, built, part, events.slice(0, applicable), {
    also: [moveDeadLetterStatement(letter, { position, queued }, error.cause)],
  });
  log.error({ err: error.cause, ...about, position }, 'a task stands still again');
}

async function queueOf({ pool }: AloneOptions, letter: Letter, before: number) {
  return readQueue(pool, letter, before).catch((error: Error) => {
    if (error instanceof QueueTooLargeError) return error;
    throw error;
  });
}

/**
 * How many of the events can be applied, and what the next one fails with. By halving, as each try begins with the
 * first event again; what is tried is rolled back.
 */
async function findFailing(
  options: AloneOptions,
  built: GenerationWriter,
  part: BatchPart,
  events: readonly LogEvent[],
  failure: PoisonError,
): Promise<{ applicable: number; error: PoisonError }> {
  // Where not even none of them can be, it is the act's event that fails, and that belongs to no task.
  if (events.length === 0) throw failure;
  let [applicable, failing, error] = [0, events.length, failure];
  while (applicable + 1 < failing) {
    const count = (applicable + failing) >> 1;
    const again = await tried(built, () =>
      write(options, built, part, events.slice(0, count), { isTrial: true }),
    );
    if (again !== undefined) {
      [failing, error] = [count, again];
      continue;
    }
    applicable = count;
    // It folded what is not there.
    resetWriter(built);
  }
  return { applicable, error };
}

/** @returns why it cannot be */
async function tried(built: GenerationWriter, work: () => Promise<void>): Promise<PoisonError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    resetWriter(built);
    if (error instanceof PoisonError) return error;
    throw error;
  }
}

/** The act's own event, and those that take effect with it. @throws PoisonError */
async function write(
  { pool }: AloneOptions,
  built: GenerationWriter,
  part: BatchPart,
  late: readonly LogEvent[],
  commit: CommitOptions,
): Promise<void> {
  const folds = await folding(pool, async (loader) => [
    // First, as with the act a stretch of the log may be whole, and is written then.
    encodeWrites((await built.writer.fold(loader, new FoldedBatch(late, part.position, true))).writes),
    encodeWrites((await built.writer.fold(loader, new FoldedBatch(part.events, part.position))).writes),
  ]);
  await commitBatch(pool, [built], part, folds, commit);
}
