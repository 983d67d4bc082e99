/** What the read models must hold: the plain fold of `evolve` over the log, one event at a time. */
import { evolve, isActive, type Project, type Task } from '@att/contracts';
import { type LogEvent, taskEventOf } from '@att/platform/event-log';
import type { ReadModels } from './rest.js';

export function foldLog(log: readonly LogEvent[]): ReadModels {
  const tasks = new Map<string, Task>();
  const projects = new Map<string, Project>();
  for (const record of log) {
    const event = taskEventOf(record);
    if (event === undefined) continue;
    const { project: name, task_id, position, recorded_at } = event;
    const project = projects.get(name) ?? newProject(name, position, recorded_at);
    projects.set(name, project);
    const key = `${name}\0${task_id}`;
    const before = tasks.get(key);
    const after = { ...evolve(before, event), project_id: project.id };
    if (after.position === before?.position) continue;
    tasks.set(key, after);
    project.updated_at = recorded_at;
  }
  const all = [...tasks.values()].sort((one, other) => one.id - other.id);
  return {
    tasks: all,
    projects: [...projects.values()].map((project) => ({
      ...project,
      ...count(all.filter(({ project_id }) => project_id === project.id)),
    })),
    stats: { total_projects: projects.size, ...count(all), average_duration: averageDuration(all) },
  };
}

function newProject(name: string, id: number, at: string): Project {
  return { id, name, created_at: at, updated_at: at, ...count([]) };
}

function count(tasks: readonly Task[]) {
  const ended = (status: string) => tasks.filter((task) => !isActive(task) && task.status === status).length;
  return {
    total_tasks: tasks.length,
    active_tasks: tasks.filter(isActive).length,
    completed_tasks: ended('completed'),
    failed_tasks: ended('failed'),
  };
}

function averageDuration(tasks: readonly Task[]): number | null {
  const durations = tasks.flatMap(({ status, finished_at, duration_seconds }) =>
    status === 'completed' && finished_at !== null && duration_seconds !== null ? [duration_seconds] : [],
  );
  if (durations.length === 0) return null;
  const micros = durations.reduce((sum, seconds) => sum + Math.round(seconds * 1e6), 0);
  return micros / durations.length / 1e6;
}
