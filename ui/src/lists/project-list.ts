/** List of projects whose counters are patched by the effect of each change on its task. */
import type { Project } from '@att/contracts';
import type { Change, KnownTask } from '../live/change';
import type { Folded, Listed } from './fold';

export interface ProjectRow extends Project {
  /** Position that the row is true for: it ignores changes at or below it. */
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
      // A project that is not among the loaded rows matters only when it may be new.
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

/** Counters of a project after a change of one of its tasks. */
function foldProject(row: ProjectRow, change: Change): Folded<ProjectRow> {
  const touched = { ...row, updated_at: change.event.recorded_at, as_of: change.position };
  const { before, after } = change;
  if (before === undefined) return { data: touched, inexactAt: change.position };
  if (!before.sure) {
    // The counters stay if the task looks active before and after: it stays what it really was, unless a start re-opens it.
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

/** Counter that a task is in; cancelled tasks are only in the total. */
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
