/** Model of the read models: the plain fold of `evolve` over the log, one event at a time. */
import { evolve, type Project, type Task, type TaskEvent } from '@att/contracts';
import { type LogEvent, taskEventOf } from '@att/platform/event-log';
import type { ReadModels } from '../rest.js';
import { averageDuration, countTasks } from './count-tasks.js';

/** Applied event, and its task after it. */
export interface Applied {
  event: TaskEvent;
  after: Task;
}

export interface Folded extends ReadModels {
  applied: Applied[];
}

export function foldLog(log: readonly LogEvent[]): ReadModels {
  const { tasks, projects, stats } = foldWhole(log);
  return { tasks, projects, stats };
}

/** Fold of a log, with the effect of each event. */
export function foldWhole(log: readonly LogEvent[]): Folded {
  const tasks = new Map<string, Task>();
  const projects = new Map<string, Project>();
  const applied: Applied[] = [];
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
    applied.push({ event, after });
    // Events that waited behind a dead letter are applied after later ones.
    if (project.updated_at < recorded_at) project.updated_at = recorded_at;
  }
  const all = [...tasks.values()].sort((one, other) => one.id - other.id);
  return {
    applied,
    tasks: all,
    projects: [...projects.values()].map((project) => ({
      ...project,
      ...countTasks(all.filter(({ project_id }) => project_id === project.id)),
    })),
    stats: { total_projects: projects.size, ...countTasks(all), average_duration: averageDuration(all) },
  };
}

function newProject(name: string, id: number, at: string): Project {
  return { id, name, created_at: at, updated_at: at, ...countTasks([]) };
}
