/** Addresses of the pages. Names are percent-encoded, slashes included. */
import { nameOfSegment, segment } from '@att/contracts';
import { BASE_PATH } from './api/base-path';

export const OVERVIEW = `${BASE_PATH}/`;
export const TASKS = `${BASE_PATH}/tasks`;
export const REPLAY = `${BASE_PATH}/replay`;
const PROJECTS = `${BASE_PATH}/projects`;
export const PROJECT_PATTERN = `${PROJECTS}/:project`;
export const TASK_PATTERN = `${PROJECTS}/:project/tasks/:taskId`;

export function projectHref(project: string): string {
  return `${PROJECTS}/${segment(project)}`;
}

export function taskHref(task: { project: string; task_id: string }): string {
  return `${PROJECTS}/${segment(task.project)}/tasks/${segment(task.task_id)}`;
}

/** Address of the replay of a project or a task. */
export function replayOf(project: string, taskId?: string): string {
  return `${REPLAY}?${new URLSearchParams(taskId === undefined ? { project } : { project, task: taskId })}`;
}

/** Name in a path; a name with a stray `%` is taken as it is. */
export function nameFromPath(encoded: string | undefined): string {
  try {
    return nameOfSegment(decodeURIComponent(encoded ?? ''));
  } catch {
    return encoded ?? '';
  }
}
