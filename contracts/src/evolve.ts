/**
 * `evolve`: the one fold from events to a task. The projector, the UI and the tests all use it; it
 * does no I/O and reads no clock.
 */
import type { TaskEvent } from './events.js';
import { isActive, type TaskState } from './task.js';
import { secondsBetween } from './time.js';

/** Status words that end a task when an agent reports them; `canceled` is kept as `cancelled`. */
const ENDING_WORDS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

const NO_END = {
  finished_at: null,
  duration_seconds: null,
  result: null,
  error_type: null,
  error_message: null,
  stack_trace: null,
} as const;

/**
 * The task after `event`. Returns `task` itself, unchanged, when the event does not apply: a status
 * that comes after the end. Fields of `task` that evolve does not know (such as `project_id`) stay.
 *
 * An erased event (`data: null`) still tells its type: it starts, finishes or fails the task, with
 * every field that the payload would have brought left out.
 */
export function evolve<T extends TaskState>(task: T, event: TaskEvent): T;
export function evolve(task: TaskState | undefined, event: TaskEvent): TaskState;
export function evolve(task: TaskState | undefined, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'task.started':
      return started(task, event);
    case 'task.progressed':
      return progressed(task, event);
    case 'task.finished':
      return ended(applied(task, event), event, 'completed', {
        result: event.data?.result ?? null,
        ...sentDuration(event),
      });
    case 'task.failed':
      return ended(applied(task, event), event, 'failed', {
        error_type: text(event.data?.error_type),
        error_message: text(event.data?.error_message),
        stack_trace: text(event.data?.stack_trace),
      });
  }
}

function started(task: TaskState | undefined, event: TaskEvent): TaskState {
  return {
    ...applied(task, event),
    ...NO_END,
    status: 'running',
    progress: 0,
    attempt: (task?.attempt ?? 0) + 1,
    started_at: happenedAt(event),
  };
}

function progressed(task: TaskState | undefined, event: TaskEvent): TaskState {
  if (task !== undefined && !isActive(task)) return task;
  const base = applied(task, event);
  const word = text(event.data?.status) ?? base.status;
  const next = {
    ...base,
    progress: number(event.data?.progress) ?? base.progress,
    message: text(event.data?.message) ?? base.message,
  };
  const ending = ENDING_WORDS[word];
  return ending === undefined ? { ...next, status: word } : ended(next, event, ending, {});
}

/** What every applied event does: it is the latest, names title and agent, and adds metadata. */
function applied(task: TaskState | undefined, event: TaskEvent): TaskState {
  const title = text(event.data?.task);
  const base = task ?? firstSeen(event);
  return {
    ...base,
    title: title ?? base.title,
    agent: event.agent,
    updated_at: event.recorded_at,
    metadata: merged(base.metadata, event.data?.metadata),
    position: event.position,
  };
}

function firstSeen(event: TaskEvent): TaskState {
  return {
    id: event.position,
    project: event.project,
    task_id: event.task_id,
    title: event.task_id,
    agent: event.agent,
    status: 'running',
    progress: 0,
    message: null,
    attempt: 1,
    created_at: event.recorded_at,
    updated_at: event.recorded_at,
    started_at: null,
    ...NO_END,
    metadata: {},
    position: event.position,
  };
}

/** A later end replaces an earlier one and its fields. */
function ended(task: TaskState, event: TaskEvent, status: string, fields: Partial<TaskState>): TaskState {
  const finishedAt = happenedAt(event);
  const computed = task.started_at === null ? null : Math.max(0, secondsBetween(task.started_at, finishedAt));
  return {
    ...task,
    ...NO_END,
    status,
    finished_at: finishedAt,
    duration_seconds: computed,
    ...fields,
  };
}

function sentDuration(event: TaskEvent): Partial<TaskState> {
  const seconds = number(event.data?.duration_seconds);
  return seconds === null ? {} : { duration_seconds: seconds };
}

/** The agent's clock if it sent one, else ours. */
function happenedAt(event: TaskEvent): string {
  return event.occurred_at ?? event.recorded_at;
}

/** Spread copies own keys only, and defines `__proto__` like any other key instead of setting the prototype. */
function merged(metadata: Record<string, unknown>, added: unknown): Record<string, unknown> {
  return typeof added === 'object' && added !== null && !Array.isArray(added)
    ? { ...metadata, ...added }
    : metadata;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
