/** Filter of tasks by the time of their creation, as SQL conditions on their ids. */
import type { Parameter } from '@att/platform/paging';
import { generationTable } from '@att/platform/projections';
import type { Reader } from '../../database/reader.js';
import { selectLastBefore } from '../../events/select-last-before.js';
import type { TaskFilter } from './task-filter.js';

/**
 * Bound of the creation time. A task is created at its first event, and its id is that event's position, so a range of times is a
 * range of ids. But bounds are looked up before the rows are read, and the log may grow in between. So tasks after the head of that
 * look-up are compared with the time itself.
 */
export interface CreatedBound {
  time: string;
  /** Position of the last event before the time, or at it for the upper bound. */
  position: number;
  /** Head at the look-up: the bound holds for tasks up to this position. */
  head: number;
}

export interface CreatedBetween {
  /** Bounds of the creation time, both included. */
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
    // Recorded times never go backwards: all events after the position are late enough, if one is.
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
