/** Scope of a replay: everything, a project, or one task of it. */

export interface Scope {
  project: string | undefined;
  /** Task of the project; undefined without a project. */
  taskId: string | undefined;
}

export function isOfScope(scope: Scope, event: { project: string | null; task_id: string | null }): boolean {
  if (scope.project !== undefined && scope.project !== event.project) return false;
  return scope.taskId === undefined || scope.taskId === event.task_id;
}

/** Filter for lists of events that keeps the scope's own. */
export function eventFilter(scope: Scope): { project: string | undefined; task_id: string | undefined } {
  return { project: scope.project, task_id: scope.taskId };
}
