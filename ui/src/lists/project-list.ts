/** The list of projects, patched from what each change did to its task. */
import type { Project } from '@att/contracts';
import type { Change, KnownTask } from '../live/change';
import type { Folded, Listed } from './fold';

export interface ProjectRow extends Project {
  /** The row is true for this position: it ignores changes at or below it. */
  as_of: number;
}

export type ProjectList = Listed<ProjectRow>;

export function projectRows(projects: readonly Project[], position: number): ProjectRow[] {
  return projects.map((project) => ({ ...project, as_of: position }));
}

export function foldProjects(list: ProjectList, changes: readonly Change[]): Folded<ProjectList> {
  let inexactAt = 0;
  const patched = new Map(list.rows.map((row) => [row.name, row]));
  for (const change of changes) {
    const row = patched.get(change.event.project);
    if (row === undefined) {
      // A project beyond the loaded rows has to be looked for only when it may be a new one.
      if (change.before === undefined) inexactAt = change.position;
      continue;
    }
    if (change.position <= row.as_of) continue;
    const next = foldProject(row, change);
    patched.set(row.name, next.data);
    if (next.inexactAt > 0) inexactAt = next.inexactAt;
  }
  return { data: { ...list, rows: list.rows.map((row) => patched.get(row.name) ?? row) }, inexactAt };
}

/** One project's counters after a change of one of its tasks. */
function foldProject(row: ProjectRow, change: Change): Folded<ProjectRow> {
  const touched = { ...row, updated_at: change.event.recorded_at, as_of: change.position };
  const { before, after } = change;
  if (before === undefined) return { data: touched, inexactAt: change.position };
  if (!before.sure) {
    // It was active or had ended; if it looks active still, then whichever it was, it is so still: but a late start may re-open.
    const isStart = change.event.type === 'task.started';
    const same = !after.sure && !isStart && !before.ended && !after.ended;
    return { data: touched, inexactAt: same ? 0 : change.position };
  }
  const from = counterOf(before);
  const to = counterOf(after);
  if (from === to) return { data: touched, inexactAt: 0 };
  const data = { ...touched };
  if (from !== null) data[from] = Math.max(0, data[from] - 1);
  if (to !== null) data[to] += 1;
  return { data, inexactAt: 0 };
}

/** Cancelled tasks are in no counter but the total. */
function counterOf(task: KnownTask): 'active_tasks' | 'completed_tasks' | 'failed_tasks' | null {
  if (!task.ended) return 'active_tasks';
  if (task.status === 'completed') return 'completed_tasks';
  return task.status === 'failed' ? 'failed_tasks' : null;
}

export interface Totals {
  active: number;
  completed: number;
  failed: number;
  cancelled: number;
  total: number;
}

export function totalsOf(projects: readonly Project[]): Totals {
  const totals = { active: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
  for (const project of projects) {
    totals.active += project.active_tasks;
    totals.completed += project.completed_tasks;
    totals.failed += project.failed_tasks;
    totals.total += project.total_tasks;
  }
  totals.cancelled = totals.total - totals.active - totals.completed - totals.failed;
  return totals;
}
