/** Tasks that were created between two recorded times, as SQL can tell it by their ids. */
import type { Parameter } from '@att/platform/paging';
import { generationTable } from '@att/platform/projections';
import type { Reader } from '../../database/reader.js';
import { selectLastBefore } from '../../events/select-last-before.js';
import type { TaskFilter } from './task-filter.js';

/**
 * A task was created at its first event, and its id is that event's position: times are ranges of ids. But the bounds are
 * looked up before the rows are read, and the log grows in between: what a bound says of the events behind the head that
 * it was looked up at is not known, so those are held against the time itself.
 */
export interface CreatedBound {
  time: string;
  /** Position of the last event that is before the time, or at it for the end. */
  position: number;
  /** The bound is true for tasks up to this position. */
  head: number;
}

export interface CreatedBetween {
  /** Both bounds include their times. */
  from: CreatedBound | undefined;
  to: CreatedBound | undefined;
}

export async function createdBetween(
  log: Reader,
  { createdFrom, createdTo }: TaskFilter,
): Promise<CreatedBetween> {
  const bound = async (time: string | undefined, isIncluded: boolean) =>
    time === undefined ? undefined : { time, ...(await selectLastBefore(log, time, isIncluded)) };
  const [from, to] = await Promise.all([bound(createdFrom, false), bound(createdTo, true)]);
  return { from, to };
}

/** SQL conditions on a task. @param id SQL of its id */
export function createdConditions(
  { from, to }: CreatedBetween,
  generation: number,
  parameter: Parameter,
  id = 'c.id',
): string[] {
  const conditions: string[] = [];
  const createdAt = `(SELECT created_at FROM ${generationTable('tasks', generation)} a WHERE a.id = ${id})`;
  if (from !== undefined) {
    conditions.push(`${id} > ${parameter(from.position, 'bigint')}`);
    // All events behind one that is late enough are so, too.
    if (from.position === from.head)
      conditions.push(`${createdAt} >= ${parameter(from.time, 'timestamptz')}`);
  }
  if (to !== undefined && to.position < to.head) {
    conditions.push(`${id} <= ${parameter(to.position, 'bigint')}`);
  } else if (to !== undefined) {
    const head = parameter(to.head, 'bigint');
    conditions.push(`(${id} <= ${head} OR ${createdAt} <= ${parameter(to.time, 'timestamptz')})`);
  }
  return conditions;
}
