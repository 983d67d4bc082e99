/** The product in memory, as far as the UI sees it: a log of events, and the tasks that follow from it. */
import { createHash, randomUUID } from 'node:crypto';
import {
  type Event,
  evolve,
  isActive,
  type Project,
  type Task,
  type TaskEvent,
  WEBHOOKS,
  type WebhookBody,
  type WebhookKind,
} from '@att/contracts';

export interface FakeLog {
  epoch: string;
  head(): number;
  append(kind: WebhookKind, body: WebhookBody): TaskEvent;
  tasks(): Task[];
  projects(): Project[];
  taskEvents(after: number): TaskEvent[];
  wire(event: TaskEvent): Event;
}

export function makeFakeLog(): FakeLog {
  const events: TaskEvent[] = [];
  const tasks = new Map<string, Task>();
  const projects = new Map<string, { id: number; created_at: string; updated_at: string }>();

  function append(kind: WebhookKind, body: WebhookBody): TaskEvent {
    const event: TaskEvent = {
      position: events.length + 1,
      event_id: randomUUID(),
      type: WEBHOOKS[kind].type,
      project: body.project,
      task_id: body.task_id,
      agent: body.agent ?? null,
      occurred_at: null,
      recorded_at: new Date().toISOString(),
      data: body,
    };
    events.push(event);
    const key = JSON.stringify([event.project, event.task_id]);
    const project = projects.get(event.project) ?? {
      id: event.position,
      created_at: event.recorded_at,
      updated_at: event.recorded_at,
    };
    projects.set(event.project, { ...project, updated_at: event.recorded_at });
    tasks.set(key, { ...evolve(tasks.get(key), event), project_id: project.id });
    return event;
  }

  return {
    epoch: randomUUID(),
    head: () => events.length,
    append,
    tasks: () => [...tasks.values()].sort((a, b) => b.id - a.id),
    projects: () =>
      [...projects.entries()]
        .map(([name, project]) => {
          const own = [...tasks.values()].filter((task) => task.project === name);
          return {
            ...project,
            name,
            total_tasks: own.length,
            active_tasks: own.filter(isActive).length,
            completed_tasks: own.filter((task) => task.status === 'completed').length,
            failed_tasks: own.filter((task) => !isActive(task) && task.status === 'failed').length,
          };
        })
        .sort((a, b) => b.id - a.id),
    taskEvents: (after) => events.slice(after),
    wire(event) {
      const hash = createHash('sha256').update(event.event_id).digest('hex');
      return { ...event, actor: 'fake', data: event.data, salt: hash.slice(0, 32), data_hash: hash, hash };
    },
  };
}
