/** Addresses of the pages. Names are percent-encoded, slashes included. */
import { segment, UnaddressableName } from '@att/contracts';

export const OVERVIEW = '/';
export const TASKS = '/tasks';
export const REPLAY = '/replay';
export const PROJECT_PATTERN = '/projects/:project';
export const TASK_PATTERN = '/projects/:project/tasks/:taskId';

/** Undefined for a name that no browser can put into a path: then there is no link. */
export function projectHref(project: string): string | undefined {
  return addressable(() => `/projects/${segment(project)}`);
}

export function taskHref(task: { project: string; task_id: string }): string | undefined {
  return addressable(() => `/projects/${segment(task.project)}/tasks/${segment(task.task_id)}`);
}

/** The whole past of a project or a task; names in a query need no address of their own. */
export function replayOf(project: string, taskId?: string): string {
  return `${REPLAY}?${new URLSearchParams(taskId === undefined ? { project } : { project, task: taskId })}`;
}

/** The name in a path; an address typed with a stray `%` is taken as it is. */
export function nameFromPath(encoded: string | undefined): string {
  try {
    return decodeURIComponent(encoded ?? '');
  } catch {
    return encoded ?? '';
  }
}

function addressable(href: () => string): string | undefined {
  try {
    return href();
  } catch (error) {
    if (error instanceof UnaddressableName) return undefined;
    throw error;
  }
}
