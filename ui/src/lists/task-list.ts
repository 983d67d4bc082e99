/** List of tasks, newest first, of all projects or one, of all statuses or some. */
import { evolve, stateOfSummary, summaryOf, type TaskSummary } from '@att/contracts';
import { type Change, decidesStatus, taskKey } from '../live/change';
import type { Folded, Listed } from './fold';

/** Row without `project_id`, which no frame has. */
export type TaskRow = Omit<TaskSummary, 'project_id'>;
export type TaskList = Listed<TaskRow>;

export interface TaskFilter {
  project: string | undefined;
  /** Status words; empty for any. */
  statuses: readonly string[];
}

/** @param window rows that the page wants: without a bound, a page left open would grow for ever */
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
        // The task that moves up into the rows is not loaded.
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

/** Effect on the list of a change of a task that is not among the rows. */
function effectOutside(
  filter: TaskFilter,
  change: Change,
  whole: boolean,
): 'none' | 'insert' | 'leave' | 'refetch' {
  const { before, after, event } = change;
  if (filter.statuses.length === 0) {
    if (before !== undefined) return 'none';
    // If every task of the list is loaded, a task that is not among them is new.
    return whole ? 'insert' : 'refetch';
  }
  const is = matches(filter, after.status);
  const was = before !== undefined && matches(filter, before.status);
  if (before?.sure !== true) {
    // A repeated status changes nothing, whether both reports applied or both came after an end.
    if (before?.late === false && !decidesStatus(event) && was === is) return 'none';
    // A task beyond the rows may have been in the list until now; if the whole list is loaded, it was not.
    return whole && !is ? 'none' : 'refetch';
  }
  // Nothing changes: the task is beyond the loaded rows, or the report came after its end.
  if (was === is) return 'none';
  return is ? 'refetch' : 'leave';
}

export function matches(filter: TaskFilter, status: string): boolean {
  return filter.statuses.length === 0 || filter.statuses.includes(status);
}

/** Applies `evolve` to the fields that a row has of a task. */
function evolveRow(row: TaskRow, change: Change): TaskRow {
  return summaryOf(evolve(stateOfSummary(row), change.event));
}

/** Order by id, which is the position of a task's first event. */
function newestFirst(a: TaskRow, b: TaskRow): number {
  return b.id - a.id;
}
