/** A list of tasks, newest first, of all projects or one, of all statuses or some. */
import { evolve, stateOfSummary, summaryOf, type TaskSummary } from '@att/contracts';
import { type Change, taskKey } from '../live/change';
import type { Folded, Listed } from './fold';

/** A row needs no `project_id`, which a frame cannot tell. */
export type TaskRow = Omit<TaskSummary, 'project_id'>;
export type TaskList = Listed<TaskRow>;

export interface TaskFilter {
  project: string | undefined;
  /** Status words; empty for any. */
  statuses: readonly string[];
}

/** @param window rows that the page wants; without a bound, a page that is left open would grow for ever */
export function foldTasks(
  list: TaskList,
  filter: TaskFilter,
  changes: readonly Change[],
  window: number,
): Folded<TaskList> {
  let inexactAt = 0;
  let total = list.total;
  const rows = new Map(list.rows.map((row) => [taskKey(row), row]));
  for (const change of changes) {
    if (filter.project !== undefined && filter.project !== change.event.project) continue;
    const row = rows.get(change.key);
    if (row !== undefined) {
      if (change.position <= row.position) continue;
      const next = evolveRow(row, change);
      if (matches(filter, next.status)) {
        rows.set(change.key, next);
      } else {
        rows.delete(change.key);
        total -= 1;
        // Another task moves up into the rows, which is not at hand.
        if (rows.size < total) inexactAt = change.position;
      }
      continue;
    }
    const effect = effectOutside(filter, change, rows.size >= total);
    if (effect === 'insert') {
      rows.set(change.key, summaryOf(evolve(undefined, change.event)));
      total += 1;
    } else if (effect === 'leave') {
      total = Math.max(rows.size, total - 1);
    } else if (effect === 'refetch') {
      inexactAt = change.position;
    }
  }
  return { data: { rows: [...rows.values()].sort(newestFirst).slice(0, window), total }, inexactAt };
}

/** What a change of a task that is not among the rows does to the list. */
function effectOutside(
  filter: TaskFilter,
  change: Change,
  whole: boolean,
): 'none' | 'insert' | 'leave' | 'refetch' {
  const { before, after, event } = change;
  if (filter.statuses.length === 0) {
    if (before !== undefined) return 'none';
    // With every task of the list at hand, one that is not among them has just come to be.
    return whole ? 'insert' : 'refetch';
  }
  const is = matches(filter, after.status);
  const was = before !== undefined && matches(filter, before.status);
  if (before?.sure !== true) {
    // A status that repeats the one before changes nothing, whether both applied or both came after an end.
    if (before?.late === false && event.type === 'task.progressed' && was === is) return 'none';
    // One that is beyond the rows may have been of the list until now; with the whole list at hand, it was not.
    return whole && !is ? 'none' : 'refetch';
  }
  // Nothing changed, whether it is beyond the loaded rows or a report that came after its end.
  if (was === is) return 'none';
  return is ? 'refetch' : 'leave';
}

export function matches(filter: TaskFilter, status: string): boolean {
  return filter.statuses.length === 0 || filter.statuses.includes(status);
}

/** `evolve` on what a row has of a task; the rest is no part of any row. */
function evolveRow(row: TaskRow, change: Change): TaskRow {
  return summaryOf(evolve(stateOfSummary(row), change.event));
}

/** A task's id is the position of its first event. */
function newestFirst(a: TaskRow, b: TaskRow): number {
  return b.id - a.id;
}
