/** Task with all its fields. */
import { evolve, type Task } from '@att/contracts';
import { type Change, taskKey } from '../live/change';
import type { Folded } from './fold';

/** Null while there is no such task. */
export type TaskDetail = Task | null;

export function foldTask(task: TaskDetail, key: string, changes: readonly Change[]): Folded<TaskDetail> {
  let data = task;
  let inexactAt = 0;
  for (const change of changes) {
    if (change.key !== key) continue;
    if (data === null) {
      inexactAt = change.position;
      continue;
    }
    if (change.position <= data.position) continue;
    const next = evolve(data, change.event);
    // The event did not apply, so its large fields do not matter.
    if (next === data) continue;
    // A frame has only a part of large fields.
    if (change.truncated.length > 0) inexactAt = change.position;
    data = { ...next, project_id: data.project_id };
  }
  return { data, inexactAt };
}

export function keyOfTask(project: string, taskId: string): string {
  return taskKey({ project, task_id: taskId });
}
