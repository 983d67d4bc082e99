/** Plain fold: what read models must come to. One task at a time, one event at a time, with nothing but `evolve`. */
import { evolve, isActive, type Project, type Task } from '@att/contracts';
import { isTaskLogEvent, type LogEvent, parsedTaskEvent } from '@att/platform/event-log';
import type { Step } from '@att/platform/projections';
import { taskKey } from '../../rows/row-cache.js';
import { microsOf } from '../../task-outcomes/durations.js';

/** Event that was applied, and the position at which it took effect. */
export interface Applied {
  event: LogEvent;
  at: number;
}

/** Effect of an event on the sums by time. */
export interface PlainStep {
  at: number;
  position: number;
  step: Step;
  project: string;
  agent: string;
  micros: string | null;
}

export interface PlainAgent {
  id: number;
  name: string;
  first_seen: string;
  last_seen: string;
}

export interface PlainModels {
  tasks: Task[];
  projects: Project[];
  agents: PlainAgent[];
  steps: PlainStep[];
}

/** @param applied in the order of their effects */
export function plainFold(applied: readonly Applied[]): PlainModels {
  const tasks = new Map<string, Task>();
  const projects = new Map<string, Project>();
  const agents = new Map<string, PlainAgent>();
  const steps: PlainStep[] = [];
  for (const { event, at } of applied) {
    if (!isTaskLogEvent(event)) continue;
    const { position, recorded_at, project: name } = event;
    const before = tasks.get(taskKey(event));
    const evolved = evolve(before, parsedTaskEvent(event));
    if (before !== undefined && evolved.position === before.position) continue;
    const project = projects.get(name) ?? emptyProject(position, name, recorded_at);
    projects.set(name, { ...project, updated_at: later(project.updated_at, recorded_at) });
    const task = { ...evolved, project_id: project.id };
    tasks.set(taskKey(event), task);
    const seen = agents.get(task.agent) ?? {
      id: position,
      name: task.agent,
      first_seen: recorded_at,
      last_seen: recorded_at,
    };
    agents.set(task.agent, { ...seen, last_seen: later(seen.last_seen, recorded_at) });
    steps.push({ at, position, project: name, agent: task.agent, ...stepOf(event.type, task) });
  }
  const all = sortedById(tasks);
  const counted = sortedById(projects).map((project) => ({
    ...project,
    ...countsOf(all.filter((task) => task.project === project.name)),
  }));
  return { tasks: all, projects: counted, agents: sortedById(agents), steps };
}

function stepOf(type: string, task: Task): Pick<PlainStep, 'step' | 'micros'> {
  if (type === 'task.started') return { step: 'started', micros: null };
  if (isActive(task) || !['completed', 'failed'].includes(task.status))
    return { step: 'progressed', micros: null };
  if (task.status === 'failed') return { step: 'failed', micros: null };
  const micros = task.duration_seconds === null ? null : String(microsOf(task.duration_seconds));
  return { step: 'completed', micros };
}

/** Numbers of tasks, as projects have them on the wire. */
export function countsOf(tasks: readonly Task[]) {
  return {
    total_tasks: tasks.length,
    active_tasks: tasks.filter(isActive).length,
    completed_tasks: tasks.filter((task) => !isActive(task) && task.status === 'completed').length,
    failed_tasks: tasks.filter((task) => !isActive(task) && task.status === 'failed').length,
  };
}

/** Number and sum of the durations of completed tasks. */
export function durationsOf(tasks: readonly Task[]) {
  const timed = tasks.filter((task) => task.status === 'completed' && task.duration_seconds !== null);
  const micros = timed.reduce((sum, task) => sum + microsOf(task.duration_seconds as number), 0n);
  return { durations: timed.length, micros: String(micros) };
}

function emptyProject(id: number, name: string, time: string): Project {
  return { id, name, created_at: time, updated_at: time, ...countsOf([]) };
}

const later = (one: string, other: string) => (one > other ? one : other);

const sortedById = <Row extends { id: number }>(rows: ReadonlyMap<string, Row>) =>
  [...rows.values()].sort((a, b) => a.id - b.id);
