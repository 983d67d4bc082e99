/** What read models must come to: one task at a time, one event at a time, with nothing but `evolve`. */
import { evolve, isActive, type Project, type Task, type TaskEvent } from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import { microsOf } from '../task-outcomes/durations.js';

export function plainFold(log: readonly LogEvent[]) {
  const byKey = new Map<string, Task>();
  const projects = new Map<string, Project>();
  for (const record of log) {
    if (record.type === 'key.created') continue;
    const taskEvent = {
      ...record,
      data: record.data_text === null ? null : JSON.parse(record.data_text),
    } as TaskEvent;
    const key = `${record.project}/${record.task_id}`;
    const before = byKey.get(key);
    const name = taskEvent.project;
    const project = projects.get(name) ?? {
      id: record.position,
      name,
      created_at: record.recorded_at,
      updated_at: record.recorded_at,
      total_tasks: 0,
      active_tasks: 0,
      completed_tasks: 0,
      failed_tasks: 0,
    };
    projects.set(name, project);
    const after = { ...evolve(before, taskEvent), project_id: project.id };
    if (before !== undefined && after.position === before.position) continue;
    byKey.set(key, after);
    project.updated_at = record.recorded_at;
  }
  const tasks = [...byKey.values()].sort((a, b) => a.id - b.id);
  for (const [name, project] of projects) {
    Object.assign(project, count(tasks.filter((task) => task.project === name)));
  }
  return { tasks, projects: [...projects.values()].sort((a, b) => a.id - b.id), stats: statsOf(tasks) };
}

function count(tasks: readonly Task[]) {
  return {
    total_tasks: tasks.length,
    active_tasks: tasks.filter(isActive).length,
    completed_tasks: tasks.filter((task) => !isActive(task) && task.status === 'completed').length,
    failed_tasks: tasks.filter((task) => !isActive(task) && task.status === 'failed').length,
  };
}

export function statsOf(tasks: readonly Task[]) {
  const timed = tasks.filter((task) => task.status === 'completed' && task.duration_seconds !== null);
  const micros = timed.reduce((sum, task) => sum + microsOf(task.duration_seconds as number), 0n);
  return { ...count(tasks), durations: timed.length, micros: String(micros) };
}
